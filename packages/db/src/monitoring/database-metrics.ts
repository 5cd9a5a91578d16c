import { Counter, Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'
import type { QueryReport } from '../connection/create-database.ts'
import type { PoolUse } from '../connection/guarded-pool.ts'
import type { ReadRoute } from '../replicas/reads.ts'
import type { ReplicaWatch } from '../replicas/replica-watch.ts'
import { queryName } from './query-name.ts'

export interface DatabaseMetrics {
  /** @param pool as `primary`, `heartbeat` or a replica's name */
  observePool(pool: string, use: () => PoolUse): void
  observeQuery(pool: string, report: QueryReport): void
  observeReplicas(watch: ReplicaWatch): void
  countRead(kind: 'user' | 'analytics', route: ReadRoute): void
}

/** Seconds; fine where a look-up by key lies. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** What this process does with its databases. What a server itself tells is the worker's to collect. */
export function createDatabaseMetrics(registry: Registry): DatabaseMetrics {
  const registers = [registry]
  const pools = new Map<string, () => PoolUse>()
  let watch: ReplicaWatch | undefined

  const queries = new Histogram({
    name: 'database_query_duration_seconds',
    help: 'Duration of statements, without the wait for a connection',
    labelNames: ['pool', 'query', 'outcome'],
    buckets: BUCKETS,
    registers,
  })
  const reads = new Counter({
    name: 'database_reads_total',
    help: 'Reads that a replica may serve, by what served them: a replica, or the primary for this reason',
    labelNames: ['kind', 'route'],
    registers,
  })
  const gauges = [
    new Gauge({
      name: 'database_connections',
      help: 'Connections of this process',
      labelNames: ['pool', 'state'],
      registers: [],
      collect() {
        for (const [pool, use] of pools) {
          const { inUse, idle, max } = use()
          this.set({ pool, state: 'in-use' }, inUse)
          this.set({ pool, state: 'idle' }, idle)
          this.set({ pool, state: 'max' }, max)
        }
      },
    }),
    new Gauge({
      name: 'database_connection_waiters',
      help: 'Queries that wait for a connection',
      labelNames: ['pool'],
      registers: [],
      collect() {
        for (const [pool, use] of pools) this.set({ pool }, use().waiting)
      },
    }),
    new Gauge({
      name: 'database_replica_usable',
      help: 'Whether a replica is read: 1, or 0 where it is left out',
      labelNames: ['replica'],
      registers: [],
      collect() {
        for (const { replica, isUsable } of watch?.states ?? [])
          this.set({ replica: replica.name }, isUsable ? 1 : 0)
      },
    }),
    new Gauge({
      name: 'database_replica_lag_seconds',
      help: 'For how long the primary has been past what a replica has replayed; absent where not known',
      labelNames: ['replica'],
      registers: [],
      collect() {
        this.reset()
        for (const { replica, lagMs } of watch?.states ?? [])
          if (lagMs !== undefined) this.set({ replica: replica.name }, lagMs / 1000)
      },
    }),
  ]
  for (const gauge of gauges) registry.registerMetric(gauge)

  return {
    observePool: (pool, use) => void pools.set(pool, use),
    observeQuery(pool, { sql, durationMs, failed }) {
      const outcome = failed ? 'failed' : 'done'
      queries.observe({ pool, query: queryName(sql), outcome }, durationMs / 1000)
    },
    observeReplicas: (observed) => void (watch = observed),
    countRead: (kind, route) => reads.inc({ kind, route }),
  }
}
