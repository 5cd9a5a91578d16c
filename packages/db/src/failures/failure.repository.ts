import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asSystem } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import type { FailureRow } from '../tables/failures.ts'
import type { TurnRow } from '../tables/turns.ts'

// System queries: they name traces and pseudonyms, never a user.

/** What one request left behind at most: each retry of a page fails under the same trace. */
const PER_TRACE = 50
/** Of the latest failures, which groups are made of; more than a page can tell apart. */
const SAMPLE = 5_000

export type NewFailure = Omit<FailureRow, 'createdAt'>

export async function recordFailures(
  db: Kysely<Database>,
  failures: readonly NewFailure[],
): Promise<void> {
  if (failures.length === 0) return
  await db
    .insertInto('failures')
    .values(
      failures.map((failure) => ({
        ...failure,
        createdAt: timestampOf(failure.id),
        decisions: JSON.stringify(failure.decisions),
      })),
    )
    .execute()
}

/** What failed under a trace, in the order in which it did. */
export async function findFailures(db: Kysely<Database>, traceId: string): Promise<FailureRow[]> {
  return db
    .selectFrom('failures')
    .selectAll()
    .where('traceId', '=', traceId)
    .orderBy('id')
    .limit(PER_TRACE)
    .execute()
}

export interface FailureGroup {
  readonly code: string
  readonly status: number
  readonly route: string
  readonly count: number
  /** How many users it met; who was not signed in is not counted. */
  readonly users: number
  readonly lastAt: Date
  readonly lastTraceId: string
}

/** The latest failures after `since`, by what they were and where; the most frequent first. */
export async function groupFailures(db: Kysely<Database>, since: Date): Promise<FailureGroup[]> {
  const { rows } = await sql<FailureGroup>`
    select code, status, route, count(*)::integer as count, count(distinct actor)::integer as users,
      max(created_at) as last_at, (array_agg(trace_id order by id desc))[1] as last_trace_id
    from (
      select * from failures where created_at > ${since}::timestamptz
      order by created_at desc limit ${SAMPLE}
    ) as latest
    group by code, status, route
    order by count desc, last_at desc
    limit 100
  `.execute(db)
  return rows
}

export async function listLatestFailures(
  db: Kysely<Database>,
  limit: number,
): Promise<FailureRow[]> {
  return db.selectFrom('failures').selectAll().orderBy('createdAt', 'desc').limit(limit).execute()
}

/** Forgets those that are older than that. @returns how many */
export async function purgeFailures(db: Kysely<Database>, ageMs: number): Promise<number> {
  const before = sql<Date>`now() - make_interval(secs => ${ageMs / 1000})`
  const { numDeletedRows } = await db
    .deleteFrom('failures')
    .where('createdAt', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Forgets what failed for these pseudonyms: in an account's deletion nothing points at it any more. */
export async function forgetFailures(
  db: Kysely<Database>,
  actors: readonly string[],
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('failures')
    .where('actor', 'in', [...actors])
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** A turn by its id alone, whosever it is. */
export async function findTurnOfAnyone(
  db: Kysely<Database>,
  turnId: string,
): Promise<TurnRow | undefined> {
  return asSystem(db, 'explain-failure')
    .selectFrom('turns')
    .selectAll()
    .where('id', '=', turnId)
    .where('createdAt', '=', timestampOf(turnId))
    .executeTakeFirst()
}
