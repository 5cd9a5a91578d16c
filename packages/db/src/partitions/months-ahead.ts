import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'
import { monthSuffix } from './month-suffix.ts'

/**
 * How many months after the one of `now` each partitioned table has partitions for, without a gap; -1 where it has none
 * for this month. A system query.
 */
export async function monthsAhead(db: Kysely<Database>, now: Date): Promise<Map<string, number>> {
  const { rows } = await sql<{ table: string; partitions: string[] }>`
    select parent.relname::text as table,
      coalesce(array_agg(child.relname::text) filter (where child.oid is not null), '{}') as partitions
    from pg_class parent
    join pg_partitioned_table p on p.partrelid = parent.oid
    left join pg_inherits i on i.inhparent = parent.oid and not i.inhdetachpending
    left join pg_class child on child.oid = i.inhrelid
    where parent.relnamespace = 'public'::regnamespace and p.partstrat = 'r'
    group by parent.relname
  `.execute(db)
  return new Map(rows.map(({ table, partitions }) => [table, contiguous(table, partitions, now)]))
}

function contiguous(table: string, partitions: readonly string[], now: Date): number {
  const there = new Set(partitions)
  let ahead = -1
  while (there.has(`${table}_${monthSuffix(now, ahead + 1)}`)) ahead++
  return ahead
}
