import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asSystem, asUser } from '../row-level-security/as-user.ts'
import type { ApiKeyRow } from '../tables/api-keys.ts'
import type { Database } from '../tables/database.ts'

/** A key without what only a check of it needs. */
export type ApiKeyView = Omit<ApiKeyRow, 'secretHash' | 'addresses' | 'budgetOf'>

export interface NewApiKey {
  userId: string
  name: string
  prefix: string
  secretHash: Buffer
  models: string[] | null
  monthlyBudgetPicoUsd: bigint | null
  expiresAt: Date | null
}

/** Of a user who keeps making keys the oldest that have ended are not shown. */
const LIST_LIMIT = 200
/** How many address groups a key remembers. */
const ADDRESS_LIMIT = 50

const VIEW = [
  'id',
  'userId',
  'name',
  'prefix',
  'models',
  'monthlyBudgetPicoUsd',
  'createdAt',
  'changedAt',
  'expiresAt',
  'lastUsedAt',
  'revokedAt',
  'replacedBy',
] as const

/**
 * @param limit how many keys of a user may count at once
 * @returns undefined where that many do, or the account is a guest's, banned or being deleted
 */
export async function createApiKey(
  db: Transaction<Database>,
  key: NewApiKey,
  limit: number,
): Promise<ApiKeyView | undefined> {
  const transaction = asUser(db, key.userId)
  if (!(await lockHolder(transaction, key.userId))) return undefined
  const { count } = await transaction
    .selectFrom('apiKeys')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('userId', '=', key.userId)
    .where(isUsable())
    .executeTakeFirstOrThrow()
  return count >= limit ? undefined : insertApiKey(transaction, key)
}

/** The newest first. */
export async function listApiKeys(
  db: Kysely<Database>,
  { userId }: { userId: string },
): Promise<ApiKeyView[]> {
  return asUser(db, userId)
    .selectFrom('apiKeys')
    .select(VIEW)
    .where('userId', '=', userId)
    .orderBy('id', 'desc')
    .limit(LIST_LIMIT)
    .execute()
}

/**
 * What it may spend holds for all who share the budget: a key that was replaced may count beside the one that follows.
 * @returns undefined where it is not there, or counts no more
 */
export async function changeApiKey(
  db: Transaction<Database>,
  key: { userId: string; keyId: string },
  change: Partial<Pick<NewApiKey, 'name' | 'models' | 'monthlyBudgetPicoUsd' | 'expiresAt'>>,
): Promise<ApiKeyView | undefined> {
  const { userId, keyId } = key
  const changed = await asUser(db, userId)
    .updateTable('apiKeys')
    .set({ ...change, changedAt: sql<Date>`now()` })
    .where('id', '=', keyId)
    .where('userId', '=', userId)
    .where(isUsable())
    .returning([...VIEW, 'budgetOf'])
    .executeTakeFirst()
  if (changed === undefined) return undefined
  const { budgetOf, ...view } = changed
  const { monthlyBudgetPicoUsd } = change
  if (monthlyBudgetPicoUsd !== undefined) {
    const first = budgetOf ?? keyId
    await asUser(db, userId)
      .updateTable('apiKeys')
      .set({ monthlyBudgetPicoUsd })
      .where('userId', '=', userId)
      .where((eb) => eb.or([eb('id', '=', first), eb('budgetOf', '=', first)]))
      .execute()
  }
  return view
}

/** @returns undefined where it is not there; one that was revoked before stays as it is */
export async function revokeApiKey(
  db: Transaction<Database>,
  { userId, keyId }: { userId: string; keyId: string },
): Promise<ApiKeyView | undefined> {
  return asUser(db, userId)
    .updateTable('apiKeys')
    .set({
      revokedAt: sql<Date>`coalesce(revoked_at, now())`,
      changedAt: sql<Date>`now()`,
    })
    .where('id', '=', keyId)
    .where('userId', '=', userId)
    .returning(VIEW)
    .executeTakeFirst()
}

/**
 * Makes the key that follows another, with the same name and scopes, and goes on with its budget and what of that is
 * spent. The former one counts for `overlapMs` more, and never for longer than it would have.
 * @returns undefined where the former one is not there, or counts no more
 */
export async function rotateApiKey(
  db: Transaction<Database>,
  rotation: {
    userId: string
    keyId: string
    prefix: string
    secretHash: Buffer
    overlapMs: number
  },
): Promise<{ former: ApiKeyView; key: ApiKeyView } | undefined> {
  const { userId, keyId, prefix, secretHash, overlapMs } = rotation
  const transaction = asUser(db, userId)
  if (!(await lockHolder(transaction, userId))) return undefined
  const found = await transaction
    .selectFrom('apiKeys')
    .select([...VIEW, 'budgetOf'])
    .where('id', '=', keyId)
    .where('userId', '=', userId)
    .where('replacedBy', 'is', null)
    .where(isUsable())
    .forUpdate()
    .executeTakeFirst()
  if (found === undefined) return undefined
  const { name, models, monthlyBudgetPicoUsd, expiresAt } = found
  const scopes = { name, models, monthlyBudgetPicoUsd, expiresAt }
  const budgetOf = found.budgetOf ?? keyId
  const key = await insertApiKey(transaction, { userId, prefix, secretHash, budgetOf, ...scopes })
  const former = await transaction
    .updateTable('apiKeys')
    .set({
      replacedBy: key.id,
      expiresAt: sql<Date>`least(expires_at, now() + make_interval(secs => ${overlapMs / 1000}))`,
      changedAt: sql<Date>`now()`,
    })
    .where('id', '=', keyId)
    .where('userId', '=', userId)
    .returning(VIEW)
    .executeTakeFirstOrThrow()
  return { former, key }
}

/** The key of this hash, whether it counts or not. A system query: nothing else says whose it is. */
export async function findApiKey(
  db: Kysely<Database>,
  secretHash: Buffer,
): Promise<ApiKeyView | undefined> {
  return asSystem(db, 'find-api-key')
    .selectFrom('apiKeys')
    .select(VIEW)
    .where('secretHash', '=', secretHash)
    .executeTakeFirst()
}

/** What has changed about keys or their users lately. A system query: whosever they are. */
export async function listChangedApiKeys(
  db: Kysely<Database>,
  sinceMs: number,
): Promise<Pick<ApiKeyRow, 'id' | 'changedAt'>[]> {
  return asSystem(db, 'watch-api-keys')
    .selectFrom('apiKeys')
    .select(['id', 'changedAt'])
    .where('changedAt', '>', sql<Date>`now() - make_interval(secs => ${sinceMs / 1000})`)
    .execute()
}

/**
 * Writes down that a key is in use, and from where.
 * @param use.address a pseudonym
 * @returns whether it came from there for the first time
 */
export async function noteApiKeyUse(
  db: Kysely<Database>,
  use: { userId: string; keyId: string; address: string },
): Promise<boolean> {
  const { userId, keyId, address } = use
  const { rows } = await sql<{ isNew: boolean }>`
    with used as (
      select id, user_id, addresses, not (${address}::text = any(addresses)) as is_new
      from api_keys
      where id = ${keyId}::uuid and user_id = ${userId}::uuid
      for no key update
    )
    update api_keys set
      last_used_at = now(),
      addresses = case
        when used.is_new then (array_prepend(${address}::text, used.addresses))[1:${sql.lit(ADDRESS_LIMIT)}]
        else used.addresses
      end
    from used
    where api_keys.id = used.id and api_keys.user_id = used.user_id
    returning used.is_new
  `.execute(asUser(db, userId))
  return rows[0]?.isNew ?? false
}

async function insertApiKey(
  transaction: Transaction<Database>,
  key: NewApiKey & { budgetOf?: string },
): Promise<ApiKeyView> {
  const id = newId()
  return transaction
    .insertInto('apiKeys')
    .values({ ...key, id, createdAt: timestampOf(id) })
    .returning(VIEW)
    .executeTakeFirstOrThrow()
}

/** The lock keeps the account from being closed before the transaction ends, and counts keys one after the other. */
async function lockHolder(transaction: Transaction<Database>, userId: string): Promise<boolean> {
  const holder = await transaction
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('kind', '=', 'member')
    .where('deletingAt', 'is', null)
    .where('bannedAt', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return holder !== undefined
}

function isUsable() {
  return sql<boolean>`revoked_at is null and (expires_at is null or expires_at > now())`
}
