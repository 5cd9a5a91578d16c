import { asSystem } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { Kysely } from 'kysely'

/** Where a stop of one of `owner`'s turns is hinted at; the message is the turn's id. */
export const stopChannel = (owner: string): string => `stop-hint:${owner}`

/** Those of a process's running turns that their readers want stopped. A system query: it concerns one process's turns. */
export async function findStopRequests(db: Kysely<Database>, owner: string): Promise<string[]> {
  const rows = await asSystem(db, 'watch-turns')
    .selectFrom('turns')
    .select('id')
    .where('owner', '=', owner)
    .where('state', '=', 'running')
    .where('stopRequestedAt', 'is not', null)
    .execute()
  return rows.map((row) => row.id)
}
