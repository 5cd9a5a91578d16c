import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asSystem } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'

/** Which of these turns wait or run, whosever they are: a system query, for as many as a process follows. */
export async function findUnfinishedTurns(
  db: Kysely<Database>,
  turnIds: readonly string[],
): Promise<Set<string>> {
  const rows = await asSystem(db, 'watch-turns')
    .selectFrom('turns')
    .select('id')
    .where('id', '=', sql<string>`any(${[...turnIds]}::uuid[])`)
    .where('createdAt', '=', sql<Date>`any(${turnIds.map(timestampOf)}::timestamptz[])`)
    .where('state', 'in', ['waiting', 'running'])
    .execute()
  return new Set(rows.map(({ id }) => id))
}
