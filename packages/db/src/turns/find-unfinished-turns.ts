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
  // One look-up each, in its own month: a list alone leaves none out of a plan that is made for all lists.
  const { rows } = await sql<{ id: string }>`
    select turn.id
    from unnest(${[...turnIds]}::uuid[], ${turnIds.map(timestampOf)}::timestamptz[]) as wanted (id, made_at)
    cross join lateral (
      select id from turns
      where id = wanted.id and created_at = wanted.made_at and state in ('waiting', 'running')
      limit 1
    ) as turn
  `.execute(asSystem(db, 'watch-turns'))
  return new Set(rows.map(({ id }) => id))
}
