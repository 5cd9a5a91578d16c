import type { ManagedUser, ManagedUserDetail } from '@brainlyx/chat-contract'
import {
  deleteSignIns,
  findUser,
  listTierNames,
  listUsers,
  searchUsers,
  sumUsage,
  withMissingPartition,
} from '@brainlyx/db'
import type { Database, Pseudonymizer, UserRow } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import { actorOf } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { decodeCursor, encodeCursor } from '../chat/cursor.ts'
import { notFound } from '../http/not-found.ts'
import type { Principal } from '../http/principal.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import type { Cut, Revocations } from '../identity/revocations.ts'
import type { ChangedBy, UserAdministration } from '../identity/user-administration.ts'
import { listUserEvents } from './user-events.ts'
import { ListPlace, SearchPlace } from './user-place.ts'

export function userRoutes(dependencies: {
  db: Kysely<Database>
  administration: UserAdministration
  revocations: Revocations
  pseudonymOf: Pseudonymizer
  audit: AuditLog
  nowMs: () => number
}): Pick<
  Handlers,
  'listUsers' | 'getUser' | 'changeUser' | 'banUser' | 'unbanUser' | 'endUserSignIns'
> {
  const { db, administration, revocations, pseudonymOf, audit, nowMs } = dependencies

  async function describe(userId: string): Promise<ManagedUserDetail> {
    const user = await findUser(db, userId)
    // The row of a guest who signed in to an account is the account's by then.
    if (user === undefined || user.mergedInto !== null) throw notFound('user')
    const pseudonym = pseudonymOf(userId)
    const now = new Date(nowMs())
    const since = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1))
    const [usage, events, tiers] = await Promise.all([
      sumUsage(db, { userId, since }),
      listUserEvents(db, { pseudonym, nowMs: now.getTime() }),
      listTierNames(db),
    ])
    return {
      user: describeUser(user),
      standing: {
        percent: user.standing,
        reason: user.standingReason,
        since: user.standingChangedAt.toISOString(),
      },
      pseudonym,
      usage: {
        since: since.toISOString(),
        turns: usage.turns,
        calls: usage.calls,
        inputTokens: Number(usage.inputTokens),
        outputTokens: Number(usage.outputTokens),
        costPicoUsd: String(usage.costPicoUsd),
      },
      events,
      tiers,
    }
  }

  return {
    async listUsers({ query }) {
      const { search = '', kind, role, tier, limit, cursor } = query
      const tiers = await listTierNames(db)
      const banned = query.banned === undefined ? undefined : query.banned === 'true'
      const page = { kind, role, tier, banned, limit }
      if (search === '') {
        const [beforeId] = cursor === undefined ? [] : decodeCursor(ListPlace, cursor)
        const { users, nextId } = await listUsers(db, { ...page, beforeId })
        const nextCursor = nextId === null ? null : encodeCursor([nextId])
        return { users: users.map(describeUser), nextCursor, tiers }
      }
      const [by, value, id] = cursor === undefined ? [] : decodeCursor(SearchPlace, cursor)
      const after = by === undefined ? undefined : { by, value: value!, id: id! }
      const { users, next } = await searchUsers(db, { ...page, prefix: search, after })
      const nextCursor = next === null ? null : encodeCursor([next.by, next.value, next.id])
      return { users: users.map(describeUser), nextCursor, tiers }
    },

    getUser: ({ params }) => describe(params.userId),

    async changeUser(call) {
      const { userId } = call.params
      const { role, tier } = call.body
      if (role !== undefined) await administration.changeRole(by(call), userId, role)
      if (tier !== undefined) await administration.changeTier(by(call), userId, tier)
      return describe(userId)
    },

    async banUser(call) {
      const { userId } = call.params
      await administration.banUser(by(call), userId, call.body.reason)
      return describe(userId)
    },

    async unbanUser(call) {
      await administration.unbanUser(by(call), call.params.userId)
      return describe(call.params.userId)
    },

    async endUserSignIns(call) {
      const { userId } = call.params
      const user = await findUser(db, userId)
      if (user === undefined) throw notFound('user')
      const cuts = await withMissingPartition(db, () =>
        db.transaction().execute(async (transaction): Promise<Cut[]> => {
          const ended = await deleteSignIns(transaction, { userId })
          const found = ended.map((signInId) => ({ signInId }))
          await revocations.record(transaction, found)
          const details = { count: ended.length }
          const event = { by: actorOf(call), action: 'sign-in-end', to: userId, details }
          await audit.recordIn(transaction, event)
          return found
        }),
      )
      await revocations.announce(cuts)
      return describe(userId)
    },
  }
}

function by(call: { principal: Principal; origin: RequestOrigin }): ChangedBy {
  return { kind: 'admin', userId: call.principal.userId, address: call.origin.address }
}

function describeUser(row: UserRow): ManagedUser {
  const { id, kind, role, tier, name, email } = row
  return {
    id,
    kind,
    role,
    tier,
    name,
    email,
    createdAt: row.createdAt.toISOString(),
    bannedAt: row.bannedAt?.toISOString() ?? null,
    deletingAt: row.deletingAt?.toISOString() ?? null,
  }
}
