import { asSystem } from '../row-level-security/as-user.ts'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'

/** Those of a process's running turns that their readers want stopped. A system query: it concerns one process's turns. */
export async function findStopRequests(db: Kysely<Database>, owner: string): Promise<string[]> {
  const rows = await asSystem(db, 'watch-turns')
    .selectFrom('turns')
    .select('id')
    .where('owner', '=', owner)
    .where('state', '=', sql.lit('running'))
    .where('stopRequestedAt', 'is not', null)
    .execute()
  return rows.map((row) => row.id)
}
