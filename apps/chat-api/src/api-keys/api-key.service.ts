import type { ChangeApiKeyInput, CreateApiKeyInput } from '@brainlyx/chat-contract'
import {
  changeApiKey,
  createApiKey,
  findUser,
  listApiKeys,
  revokeApiKey,
  rotateApiKey,
} from '@brainlyx/db'
import type { ApiKeyView, AuditDetails, Database } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Kysely, Transaction } from 'kysely'
import { actorOf } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { notFound } from '../http/not-found.ts'
import type { Principal } from '../http/principal.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import type { KeyDirectory } from './key-directory.ts'
import { makeKeySecret } from './key-secret.ts'

/** How many of a user may count at once. */
const KEY_LIMIT = 50
const DAY_MS = 24 * 60 * 60 * 1000

/** Who asks, and from where. */
export interface KeyOwner {
  readonly principal: Principal
  readonly origin: RequestOrigin
}

export interface MadeKey {
  readonly key: ApiKeyView
  /** The whole key, which is kept nowhere. */
  readonly secret: string
}

export interface ApiKeyService {
  list(owner: KeyOwner): Promise<ApiKeyView[]>
  /** @throws {ServiceError} 403 `members-only`, 409 `too-many-api-keys` */
  create(owner: KeyOwner, input: CreateApiKeyInput): Promise<MadeKey>
  /** @throws {ServiceError} 404 `api-key-not-found`, also where it counts no more */
  change(owner: KeyOwner, keyId: string, input: ChangeApiKeyInput): Promise<ApiKeyView>
  /** @throws {ServiceError} as `change`; also where it was replaced before */
  rotate(owner: KeyOwner, keyId: string, overlapMs: number): Promise<MadeKey>
  /** For good, everywhere within seconds, what it is calling included. @throws {ServiceError} 404 */
  revoke(owner: KeyOwner, keyId: string): Promise<void>
}

export function createApiKeyService(dependencies: {
  db: Kysely<Database>
  directory: Pick<KeyDirectory, 'announceChange'>
  audit: AuditLog
  nowMs: () => number
}): ApiKeyService {
  const { db, directory, audit, nowMs } = dependencies

  const record = (
    transaction: Transaction<Database>,
    owner: KeyOwner,
    event: { action: string; details: AuditDetails },
  ): Promise<void> => audit.recordIn(transaction, { by: actorOf(owner), ...event })

  const expiry = (days: number | null): Date | null =>
    days === null ? null : new Date(nowMs() + days * DAY_MS)

  return {
    list: ({ principal }) => listApiKeys(db, principal),

    async create(owner, input) {
      const { userId } = owner.principal
      if (owner.principal.kind !== 'member') throw membersOnly
      const { secret, prefix, secretHash } = makeKeySecret()
      const { name, models, expiresInDays } = input
      const monthlyBudgetPicoUsd = budgetOf(input.monthlyBudgetPicoUsd)
      const scopes = { models, monthlyBudgetPicoUsd, expiresAt: expiry(expiresInDays) }
      const key = await db.transaction().execute(async (transaction) => {
        const made = await createApiKey(
          transaction,
          { userId, name, prefix, secretHash, ...scopes },
          KEY_LIMIT,
        )
        if (made !== undefined) {
          await record(transaction, owner, { action: 'api-key-creation', details: { prefix } })
        }
        return made
      })
      if (key !== undefined) return { key, secret }
      const user = await findUser(db, userId)
      throw user?.kind === 'member' ? tooManyKeys : membersOnly
    },

    async change(owner, keyId, { expiresInDays, monthlyBudgetPicoUsd, ...input }) {
      const { userId } = owner.principal
      const changes = {
        ...input,
        ...(expiresInDays === undefined ? {} : { expiresAt: expiry(expiresInDays) }),
        ...(monthlyBudgetPicoUsd === undefined
          ? {}
          : { monthlyBudgetPicoUsd: budgetOf(monthlyBudgetPicoUsd) }),
      }
      const key = await db.transaction().execute(async (transaction) => {
        const changed = await changeApiKey(transaction, { userId, keyId }, changes)
        if (changed === undefined) throw notFound('api-key')
        const details = { prefix: changed.prefix, fields: Object.keys(changes).join(' ') }
        await record(transaction, owner, { action: 'api-key-change', details })
        return changed
      })
      await directory.announceChange(keyId)
      return key
    },

    async rotate(owner, keyId, overlapMs) {
      const { userId } = owner.principal
      const { secret, prefix, secretHash } = makeKeySecret()
      const { key } = await db.transaction().execute(async (transaction) => {
        const rotation = { userId, keyId, prefix, secretHash, overlapMs }
        const rotated = await rotateApiKey(transaction, rotation)
        if (rotated === undefined) throw notFound('api-key')
        const details = { prefix: rotated.former.prefix, successor: prefix, overlapMs }
        await record(transaction, owner, { action: 'api-key-rotation', details })
        return rotated
      })
      await directory.announceChange(keyId)
      return { key, secret }
    },

    async revoke(owner, keyId) {
      const { userId } = owner.principal
      await db.transaction().execute(async (transaction) => {
        const revoked = await revokeApiKey(transaction, { userId, keyId })
        if (revoked === undefined) throw notFound('api-key')
        const details = { prefix: revoked.prefix }
        await record(transaction, owner, { action: 'api-key-revocation', details })
      })
      await directory.announceChange(keyId)
    },
  }
}

function budgetOf(picoUsd: string | null): bigint | null {
  return picoUsd === null ? null : BigInt(picoUsd)
}

const membersOnly = new ServiceError({
  code: 'members-only',
  status: 403,
  title: 'API keys are for accounts.',
  detail: 'Guests have none: sign up first.',
})

const tooManyKeys = new ServiceError({
  code: 'too-many-api-keys',
  status: 409,
  title: 'There are as many API keys as there may be.',
  detail: `Revoke one first: ${KEY_LIMIT} may count at once.`,
})
