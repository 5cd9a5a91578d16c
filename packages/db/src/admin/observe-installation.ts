import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { newId } from '../identifiers/new-id.ts'
import { asSystem } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'

// System queries: sums over everybody. They read much of a month, so whoever asks keeps what was answered for a while.

/** How far ahead another replica's clock may be. */
const CLOCK_TOLERANCE_MS = 60 * 60 * 1000

export interface UserCount {
  readonly tier: string
  readonly kind: 'guest' | 'member'
  readonly count: number
}

export async function countUsers(db: Kysely<Database>): Promise<UserCount[]> {
  const { rows } = await sql<UserCount>`
    select tier, kind, count(*)::integer as count from users
    where merged_into is null and deleting_at is null
    group by tier, kind
  `.execute(asSystem(db, 'observe-installation'))
  return rows
}

/** How many users have sent something since then. */
export async function countActiveUsers(db: Kysely<Database>, since: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct user_id)::integer as count from turns where ${madeSince(since)}
  `.execute(asSystem(db, 'observe-installation'))
  return rows[0]!.count
}

export interface TurnCount {
  readonly state: string
  readonly count: number
}

export async function countTurns(db: Kysely<Database>, since: Date): Promise<TurnCount[]> {
  const { rows } = await sql<TurnCount>`
    select state, count(*)::integer as count from turns where ${madeSince(since)} group by state
  `.execute(asSystem(db, 'observe-installation'))
  return rows
}

/** The bounds on the time leave other months out; the one on the id is what the primary key helps with. */
function madeSince(since: Date) {
  const until = new Date(Date.now() + CLOCK_TOLERANCE_MS)
  const first = `${newId(since.getTime()).slice(0, 14)}7000-8000-000000000000`
  return sql`
    created_at >= ${since}::timestamptz and created_at <= ${until}::timestamptz
      and id >= ${first}::uuid
  `
}
