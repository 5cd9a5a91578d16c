import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'

/** A place in the write-ahead log (LSN), in bytes from its beginning; later is greater. */
export type WalPosition = bigint

/**
 * Where the primary's log ends: whatever was committed before lies before it. Of what was inserted, since with
 * `synchronous_commit = off` a commit may be acknowledged before it is written.
 */
export async function currentWalPosition(primary: Kysely<Database>): Promise<WalPosition> {
  const { rows } = await sql<{ position: bigint }>`
    select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint as position
  `.execute(primary)
  return rows[0]!.position
}

export interface ReplayReport {
  /** False for a server that is no replica, or no longer. */
  readonly inRecovery: boolean
  /** All before it can be read there. */
  readonly replayed: WalPosition
  /** How old the last transaction is that was replayed, by the replica's clock; null where none was. */
  readonly lastTransactionAgeMs: number | null
}

export async function readReplay(replica: Kysely<Database>): Promise<ReplayReport> {
  const { rows } = await sql<ReplayReport>`
    select pg_is_in_recovery() as in_recovery,
      coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::bigint as replayed,
      (extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::float8
        as last_transaction_age_ms
  `.execute(replica)
  return rows[0]!
}
