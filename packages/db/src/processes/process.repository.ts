import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'

// System queries: they concern processes, not users. All times are the database's.

export const HEARTBEAT_INTERVAL_MS = 1_000
/** A process that was silent for this long is dead to the others; it must have stopped writing before. */
export const HEARTBEAT_EXPIRY_MS = 5_000

/** Says that the process is alive; the first time makes its row. */
export async function beat(
  db: Kysely<Database>,
  process: { id: string; service: string },
): Promise<void> {
  await db
    .insertInto('processes')
    .values(process)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ heartbeatAt: sql<Date>`now()` }))
    .execute()
}

export async function isAlive(db: Kysely<Database>, processId: string): Promise<boolean> {
  const row = await db
    .selectFrom('processes')
    .select('id')
    .where('id', '=', processId)
    .where('heartbeatAt', '>', expiry(HEARTBEAT_EXPIRY_MS))
    .executeTakeFirst()
  return row !== undefined
}

/** How many processes of a service are alive. */
export async function countProcesses(db: Kysely<Database>, service: string): Promise<number> {
  const { count } = await db
    .selectFrom('processes')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('service', '=', service)
    .where('heartbeatAt', '>', expiry(HEARTBEAT_EXPIRY_MS))
    .executeTakeFirstOrThrow()
  return count
}

/** An ordered end: what the process still owns may be claimed at once. */
export async function deregisterProcess(db: Kysely<Database>, processId: string): Promise<void> {
  await db.deleteFrom('processes').where('id', '=', processId).execute()
}

/** Forgets processes that died without a word. @returns how many */
export async function purgeProcesses(db: Kysely<Database>, silentForMs: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('processes')
    .where('heartbeatAt', '<', expiry(silentForMs))
    .executeTakeFirst()
  return Number(numDeletedRows)
}

function expiry(ms: number) {
  return sql<Date>`now() - make_interval(secs => ${ms / 1000})`
}
