import { Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import type { ServerStatistics } from './server-statistics.ts'

/**
 * The server's own figures as they were last read. Of those that only grow the help says so: they are the server's
 * counters, which begin anew when its statistics do.
 */
export function createServerMetrics(registry: Registry): {
  /** Undefined where they could not be read: all are absent then, rather than old. */
  show(statistics: ServerStatistics | undefined): void
} {
  const gauge = <Label extends string = never>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ) => new Gauge({ name, help, labelNames, registers: [registry] })
  const connections = gauge('postgres_connections', 'Connections of all clients', ['state'])
  const maxConnections = gauge('postgres_max_connections', 'Connections that the server takes')
  const deadlocks = gauge('postgres_deadlocks', 'Deadlocks that were resolved; only grows')
  const locksWaiting = gauge('postgres_locks_waiting', 'Locks that are waited for')
  const lockWait = gauge('postgres_longest_lock_wait_seconds', 'The longest wait for a lock now')
  const oldest = gauge('postgres_oldest_transaction_seconds', 'Age of the oldest open transaction')
  const part: ('table' | 'partition')[] = ['table', 'partition']
  const bytes = gauge('postgres_table_bytes', 'Size of a table or partition with its indexes', part)
  const indexBytes = gauge('postgres_index_bytes', 'Size of a table’s or partition’s indexes', part)
  const rows = gauge('postgres_table_rows', 'Rows, estimated', part)
  const deadRows = gauge('postgres_table_dead_rows', 'Rows that wait for a vacuum, estimated', part)
  const inserted = gauge('postgres_table_rows_inserted', 'Rows ever inserted; only grows', part)

  function clear(): void {
    for (const one of [maxConnections, deadlocks, locksWaiting, lockWait, oldest]) one.remove()
    // Partitions come and go.
    for (const many of [connections, bytes, indexBytes, rows, deadRows, inserted]) many.reset()
  }
  // Without labels they would begin at 0.
  clear()

  return {
    show(statistics) {
      clear()
      if (statistics === undefined) return
      for (const { state, count } of statistics.connections) connections.set({ state }, count)
      maxConnections.set(statistics.maxConnections)
      deadlocks.set(statistics.deadlocks)
      locksWaiting.set(statistics.locksWaiting)
      lockWait.set(statistics.longestLockWaitSeconds)
      oldest.set(statistics.oldestTransactionSeconds)
      for (const row of statistics.tables) {
        const { table, partition } = row
        bytes.set({ table, partition }, row.bytes)
        indexBytes.set({ table, partition }, row.indexBytes)
        rows.set({ table, partition }, row.rows)
        deadRows.set({ table, partition }, row.deadRows)
        inserted.set({ table, partition }, row.inserted)
      }
    },
  }
}
