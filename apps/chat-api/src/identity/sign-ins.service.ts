import { deleteSignIns, listSignIns, recordAudit, withMissingPartition } from '@brainlyx/db'
import type { Database, Pseudonymizer, SignInRow } from '@brainlyx/db'
import { currentTrace } from '@brainlyx/service-kit'
import type { Kysely, Transaction } from 'kysely'
import { notFound } from '../http/not-found.ts'
import type { Principal } from '../http/principal.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import type { Cut, Revocations } from './revocations.ts'

/** Whose sign-ins, and from where they are ended. */
export interface SignInOwner extends Pick<Principal, 'userId' | 'role'> {
  /** The network address that the request came from. */
  readonly address: string
}

export function ownerOf({ userId, role }: Principal, { address }: RequestOrigin): SignInOwner {
  return { userId, role, address }
}

/**
 * A user's sign-ins. What ends one cuts its tokens and streams on every replica within five seconds, in one transaction
 * with its audit entry.
 */
export interface SignInsService {
  list(userId: string): Promise<SignInRow[]>
  /** Ends it, whether or not it has ended already. */
  signOut(owner: SignInOwner, signInId: string): Promise<void>
  /** @throws {ServiceError} 404 `sign-in-not-found` */
  end(owner: SignInOwner, signInId: string): Promise<void>
  /**
   * All but one: where a password was changed, or an old computer is forgotten.
   * @param kept null: none stays
   * @returns how many have ended
   */
  endOthers(owner: SignInOwner, kept: string | null): Promise<number>
}

export function createSignInsService(options: {
  db: Kysely<Database>
  revocations: Revocations
  pseudonymOf: Pseudonymizer
}): SignInsService {
  const { db, revocations, pseudonymOf } = options

  async function end(
    owner: SignInOwner,
    which: { signInId?: string; except?: string },
  ): Promise<number> {
    const { userId, role, address } = owner
    const run = async (transaction: Transaction<Database>): Promise<Cut[]> => {
      const ended = await deleteSignIns(transaction, { userId, ...which })
      if (ended.length === 0) return []
      const found = ended.map((signInId) => ({ signInId }))
      await revocations.record(transaction, found)
      await recordAudit(transaction, {
        actorKind: role,
        actor: pseudonymOf(userId),
        address: pseudonymOf(address),
        action: 'sign-in-end',
        outcome: 'completed',
        details: { count: ended.length },
        traceId: currentTrace()?.traceId,
      })
      return found
    }
    const cuts = await withMissingPartition(db, () => db.transaction().execute(run))
    if (cuts.length > 0) await revocations.announce(cuts)
    return cuts.length
  }

  return {
    list: (userId) => listSignIns(db, userId),
    signOut: async (owner, signInId) => void (await end(owner, { signInId })),
    async end(owner, signInId) {
      if ((await end(owner, { signInId })) === 0) throw notFound('sign-in')
    },
    endOthers: (owner, kept) => end(owner, kept === null ? {} : { except: kept }),
  }
}
