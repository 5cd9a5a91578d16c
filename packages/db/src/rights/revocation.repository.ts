import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'
import type { RevocationRow } from '../tables/revocations.ts'

// System queries: they name pseudonyms, never a user.

/** Above every version: for good. */
export const EVERY_VERSION = 2_147_483_647

/** No transaction that revokes takes longer: what it wrote is seen no later than this after its time. */
const LONGEST_TRANSACTION_MS = 90_000

/** From when on a subject's tokens count again, and its streams may stay. */
export interface Revocation {
  /** The pseudonym of a user, or of a sign-in. */
  readonly subject: string
  /** Tokens of a version below count no more. */
  readonly tokensBelow: number
  /** Streams that were opened by a token of a version below are ended; 0: none is. */
  readonly streamsBelow: number
}

/** Adds to what is revoked; nothing that was is let in again. @param lifetimeMs how long a token may be valid */
export async function addRevocations(
  db: Kysely<Database>,
  revocations: readonly Revocation[],
  lifetimeMs: number,
): Promise<void> {
  if (revocations.length === 0) return
  const expiresAt = sql<Date>`clock_timestamp() + make_interval(secs => ${lifetimeMs / 1000})`
  const revokedAt = sql<Date>`clock_timestamp()`
  await db
    .insertInto('revocations')
    .values(revocations.map((revocation) => ({ ...revocation, revokedAt, expiresAt })))
    .onConflict((conflict) =>
      conflict.column('subject').doUpdateSet({
        revokedAt,
        expiresAt,
        tokensBelow: sql<number>`greatest(revocations.tokens_below, excluded.tokens_below)`,
        streamsBelow: sql<number>`greatest(revocations.streams_below, excluded.streams_below)`,
      }),
    )
    .execute()
}

/**
 * What is revoked at the moment.
 * @param since the newest `revokedAt` that is known already: what is older, and cannot be news, is left out
 */
export async function listRevocations(
  db: Kysely<Database>,
  since: Date | null,
): Promise<RevocationRow[]> {
  return db
    .selectFrom('revocations')
    .selectAll()
    .where('expiresAt', '>', sql<Date>`now()`)
    .$if(since !== null, (query) =>
      query.where('revokedAt', '>', new Date(since!.getTime() - LONGEST_TRANSACTION_MS)),
    )
    .execute()
}

/** Forgets those that no token can be valid for any more. @returns how many */
export async function purgeRevocations(db: Kysely<Database>): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('revocations')
    .where('expiresAt', '<', sql<Date>`now()`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
