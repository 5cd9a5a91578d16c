import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'

// System queries: they name pseudonyms, never a user.

/** From now on no access token of `subject` counts. @param revocation.lifetimeMs how long a token is valid */
export async function addRevocation(
  db: Kysely<Database>,
  revocation: { subject: string; lifetimeMs: number },
): Promise<void> {
  const expiresAt = sql<Date>`now() + make_interval(secs => ${revocation.lifetimeMs / 1000})`
  await db
    .insertInto('revocations')
    .values({ subject: revocation.subject, expiresAt })
    .onConflict((conflict) => conflict.column('subject').doUpdateSet({ expiresAt }))
    .execute()
}

/** All pseudonyms whose tokens count no more at the moment. */
export async function listRevocations(db: Kysely<Database>): Promise<string[]> {
  const rows = await db
    .selectFrom('revocations')
    .select('subject')
    .where('expiresAt', '>', sql<Date>`now()`)
    .execute()
  return rows.map((row) => row.subject)
}

/** Forgets those that no token can be valid for any more. @returns how many */
export async function purgeRevocations(db: Kysely<Database>): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('revocations')
    .where('expiresAt', '<', sql<Date>`now()`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
