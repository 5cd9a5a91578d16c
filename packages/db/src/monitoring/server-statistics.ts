import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'

export interface ServerStatistics {
  readonly connections: readonly { state: string; count: number }[]
  readonly maxConnections: number
  /** Since the statistics were last reset, in this database. */
  readonly deadlocks: number
  readonly locksWaiting: number
  /** The longest that a lock has been waited for at this moment; 0 where none is. */
  readonly longestLockWaitSeconds: number
  readonly oldestTransactionSeconds: number
  readonly tables: readonly TableStatistics[]
}

export interface TableStatistics {
  /** Of a partition the partitioned table's name. */
  readonly table: string
  /** Its own name; the table's where that has no partitions. */
  readonly partition: string
  /** With its indexes and what is stored apart. */
  readonly bytes: number
  readonly indexBytes: number
  /** An estimate. */
  readonly rows: number
  readonly deadRows: number
  /** Since the statistics were last reset. */
  readonly inserted: number
}

/**
 * What the server knows of itself, by views that need no rights beyond the runtime role's: of sessions that are other
 * roles' it sees that they are there and not what they do.
 */
export async function readServerStatistics(db: Kysely<Database>): Promise<ServerStatistics> {
  const connections = await sql<{ state: string; count: number }>`
    select coalesce(state, 'hidden') as state, count(*)::int as count
    from pg_stat_activity where backend_type = 'client backend' group by 1
  `.execute(db)
  const server = await sql<Omit<ServerStatistics, 'connections' | 'tables'>>`
    select current_setting('max_connections')::int as max_connections,
      (select deadlocks::float8 from pg_stat_database where datname = current_database()) as deadlocks,
      (select count(*)::int from pg_locks where not granted) as locks_waiting,
      (select coalesce(max(extract(epoch from clock_timestamp() - waitstart)), 0)::float8
        from pg_locks where not granted) as longest_lock_wait_seconds,
      (select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8
        from pg_stat_activity where backend_type = 'client backend') as oldest_transaction_seconds
  `.execute(db)
  const tables = await sql<TableStatistics>`
    select coalesce(parent.relname, c.relname) as table, c.relname as partition,
      pg_total_relation_size(c.oid)::float8 as bytes, pg_indexes_size(c.oid)::float8 as index_bytes,
      s.n_live_tup::float8 as rows, s.n_dead_tup::float8 as dead_rows, s.n_tup_ins::float8 as inserted
    from pg_stat_user_tables s
    join pg_class c on c.oid = s.relid and c.relkind = 'r'
    left join pg_inherits i on i.inhrelid = c.oid
    left join pg_class parent on parent.oid = i.inhparent
  `.execute(db)
  return { ...server.rows[0]!, connections: connections.rows, tables: tables.rows }
}
