import {
  changeUserStanding,
  deleteSignIns,
  findUser,
  listUnfinishedTurns,
  lockUser,
  withMissingPartition,
} from '@brainlyx/db'
import type { Database, Reads, UserRow, UserStanding } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import type { AuditLog } from '../audit/audit-log.ts'
import { administratorsOnly } from '../http/administrators-only.ts'
import { notFound } from '../http/not-found.ts'
import type { Standings } from '../limits/standings.ts'
import { unknownTierOr } from '../limits/unknown-tier.ts'
import type { Cut, Revocations } from './revocations.ts'

/** Who changes a user: an administrator, or the service by a rule of the installation's (groups of a directory). */
export type ChangedBy =
  | { readonly kind: 'admin'; readonly userId: string; readonly address: string }
  | { readonly kind: 'service' }

/**
 * What an administrator does to a user. Each is one transaction of the change, its audit entry and the revocation that
 * it needs, which all replicas know within five seconds. A user who is that already stays as they are, and nothing is
 * written.
 * @throws {ServiceError} 404 `user-not-found`; 403 `administrators-only` where who changes is none any more;
 * 409 `own-account` where they would change their own role or ban themselves: an administrator always remains
 */
export interface UserAdministration {
  /**
   * Ends all sign-ins, tokens, streams and turns, and refuses new sign-ins by 403 `account-banned`.
   * @param reason a word for the audit log
   */
  banUser(by: ChangedBy, userId: string, reason?: string): Promise<UserRow>
  /** Lets the user sign in again. */
  unbanUser(by: ChangedBy, userId: string): Promise<UserRow>
  /** The next request of each sign-in gets a token of the new role; only what the old role opened is ended. */
  changeRole(by: ChangedBy, userId: string, role: UserRow['role']): Promise<UserRow>
  /** @throws {ServiceError} also 422 `unknown-tier` */
  changeTier(by: ChangedBy, userId: string, tier: string): Promise<UserRow>
}

/** Any number, as long as it is always the same one: two administrators do not demote each other at once. */
const ADMINISTRATION_LOCK = 7_236_518_302

/** Until the transaction ends nobody becomes an administrator, stops being one, or leaves as one. */
export async function lockAdministration(transaction: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADMINISTRATION_LOCK})`.execute(transaction)
}

export function createUserAdministration(options: {
  db: Kysely<Database>
  reads: Pick<Reads, 'noteWrite'>
  revocations: Revocations
  /** Hears of a change, so that every replica knows it within seconds. */
  standings: Pick<Standings, 'announce'>
  audit: AuditLog
  stopTurn: (turn: { userId: string; turnId: string }) => Promise<unknown>
}): UserAdministration {
  const { db, reads, revocations, standings, audit, stopTurn } = options

  async function change(
    by: ChangedBy,
    userId: string,
    what: {
      action: string
      details?: Readonly<Record<string, string>>
      standing: UserStanding
      isSo: (user: UserRow) => boolean
      /** Whether access tokens that are out there no longer say what is true. */
      outdatesTokens: boolean
      /** Whether the user may no longer be here at all. */
      endsSignIns?: boolean
    },
  ): Promise<UserRow> {
    const { action, details, standing, isSo, outdatesTokens, endsSignIns = false } = what
    let cuts: Cut[] = []
    const row = await withMissingPartition(db, () =>
      db.transaction().execute(async (transaction) => {
        await proveAdministrator(transaction, by)
        const before = await lockUser(transaction, userId)
        if (before === undefined) throw notFound('user')
        if (isSo(before)) return before
        const after = await changeUserStanding(transaction, { userId, ...standing, outdatesTokens })
        if (endsSignIns) await deleteSignIns(transaction, { userId })
        cuts = outdatesTokens
          ? [{ userId, tokensBelow: after.tokenVersion, streams: endsSignIns }]
          : []
        await revocations.record(transaction, cuts)
        const actor = by.kind === 'admin' ? ({ ...by, role: 'admin' } as const) : 'service'
        await audit.recordIn(transaction, { by: actor, action, to: userId, details })
        return after
      }),
    )
    await revocations.announce(cuts)
    await standings.announce(userId)
    await reads.noteWrite(userId)
    return row
  }

  return {
    async banUser(by, userId, reason) {
      refuseOwnAccount(by, userId)
      const row = await change(by, userId, {
        action: 'user-ban',
        ...(reason === undefined ? {} : { details: { reason } }),
        standing: { banned: true },
        isSo: (user) => user.bannedAt !== null,
        outdatesTokens: true,
        endsSignIns: true,
      })
      for (const turnId of await listUnfinishedTurns(db, userId)) {
        await stopTurn({ userId, turnId })
      }
      return row
    },

    unbanUser: (by, userId) =>
      change(by, userId, {
        action: 'user-unban',
        standing: { banned: false },
        isSo: (user) => user.bannedAt === null,
        outdatesTokens: false,
      }),

    async changeRole(by, userId, role) {
      refuseOwnAccount(by, userId)
      return change(by, userId, {
        action: 'role-change',
        details: { role },
        standing: { role },
        isSo: (user) => user.role === role,
        outdatesTokens: true,
      })
    },

    async changeTier(by, userId, tier) {
      try {
        return await change(by, userId, {
          action: 'tier-change',
          details: { tier },
          standing: { tier },
          isSo: (user) => user.tier === tier,
          outdatesTokens: false,
        })
      } catch (error) {
        throw unknownTierOr(error)
      }
    },
  }
}

/** The token that let them in may be older than the change that made them none. */
async function proveAdministrator(
  transaction: Transaction<Database>,
  by: ChangedBy,
): Promise<void> {
  if (by.kind !== 'admin') return
  await lockAdministration(transaction)
  const user = await findUser(transaction, by.userId)
  if (user?.role !== 'admin' || user.bannedAt !== null) throw administratorsOnly
}

function refuseOwnAccount(by: ChangedBy, userId: string): void {
  if (by.kind === 'admin' && by.userId === userId) throw ownAccount
}

const ownAccount = new ServiceError({
  code: 'own-account',
  status: 409,
  title: 'This is your own account.',
  detail: 'Ask another administrator.',
})
