import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../tables/database.ts'

// System queries: there is no user in them.

export async function addSetUpToken(
  db: Kysely<Database>,
  token: { hash: string; lifetimeMs: number },
): Promise<void> {
  await db
    .insertInto('setUpTokens')
    .values({
      hash: token.hash,
      expiresAt: sql<Date>`now() + make_interval(secs => ${token.lifetimeMs / 1000})`,
    })
    .execute()
}

/** The hashes of those that count, for the caller to compare. */
export async function listSetUpTokens(db: Kysely<Database>): Promise<string[]> {
  const rows = await db
    .selectFrom('setUpTokens')
    .select('hash')
    .where('expiresAt', '>', sql<Date>`now()`)
    .execute()
  return rows.map((row) => row.hash)
}

/** Somebody administrates from now on: none of them counts any more. */
export async function forgetSetUpTokens(transaction: Transaction<Database>): Promise<void> {
  await transaction.deleteFrom('setUpTokens').execute()
}
