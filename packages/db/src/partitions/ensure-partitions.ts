import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** The previous month, for ids that clients made up to 31 days ago; this one; and six more. */
const MONTHS = 8

/**
 * Makes the monthly partitions from the month before `now` to six months after it.
 * @returns the names of those that were missing
 */
export async function ensurePartitions<Tables>(db: Kysely<Tables>, now: Date): Promise<string[]> {
  const previousMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1))
  return ensureMonths(db, previousMonth, MONTHS)
}

/** Makes the partitions of the month that `time` lies in. */
export async function ensurePartitionFor<Tables>(
  db: Kysely<Tables>,
  time: Date,
): Promise<string[]> {
  return ensureMonths(db, time, 1)
}

async function ensureMonths<Tables>(
  db: Kysely<Tables>,
  first: Date,
  months: number,
): Promise<string[]> {
  const firstDay = first.toISOString().slice(0, 10)
  const { rows } = await sql<{ name: string }>`
    select name from public.ensure_month_partitions(${firstDay}::date, ${months}::integer) as name
  `.execute(db)
  return rows.map((row) => row.name)
}
