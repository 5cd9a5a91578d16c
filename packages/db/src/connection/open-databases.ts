import type { Lifecycle, Logger, Metrics } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { createDatabaseMetrics } from '../monitoring/database-metrics.ts'
import { createSlowQueryLog } from '../monitoring/slow-query-log.ts'
import { createLastWrites } from '../replicas/last-writes.ts'
import type { SharedMemory } from '../replicas/last-writes.ts'
import { createReads } from '../replicas/reads.ts'
import type { Reads } from '../replicas/reads.ts'
import { watchReplicas } from '../replicas/replica-watch.ts'
import type { Replica } from '../replicas/replica-watch.ts'
import type { Database } from '../tables/database.ts'
import { checkConnectionBudget } from './connection-budget.ts'
import { createDatabase } from './create-database.ts'
import type { DatabaseOptions } from './create-database.ts'
import type { DatabaseEnvironment } from './database-environment.ts'

export interface Databases {
  /** What people wait for. */
  readonly primary: Kysely<Database>
  /** With a connection of its own: a busy pool must not make the process look dead. */
  readonly heartbeat: Kysely<Database>
  /** What jobs take long over. */
  readonly batch: Kysely<Database>
  /** Reads that a replica may serve. @param redis what all processes of all services share */
  openReads(redis: SharedMemory): Reads
}

const HEARTBEAT_CONNECTIONS = 1
const HEARTBEAT_LIMIT_MS = 2_000
const BATCH_CONNECTIONS = 3
const ANALYTICS_CONNECTIONS = 2
const OWN_CONNECTIONS = HEARTBEAT_CONNECTIONS + BATCH_CONNECTIONS + ANALYTICS_CONNECTIONS

/**
 * A service's connections, `DATABASE_POOL_SIZE` of them at most to each server, opened as they are needed, measured and
 * watched for slow queries.
 * @throws {ConnectionBudgetError} where the server has too few for all replicas of the service
 */
export async function openDatabases(context: {
  service: string
  config: DatabaseEnvironment
  lifecycle: Lifecycle
  logger: Logger
  metrics: Metrics
}): Promise<Databases> {
  const { service, config, lifecycle, logger } = context
  const metrics = createDatabaseMetrics(context.metrics.registry)
  const viaPgBouncer = config.DATABASE_PGBOUNCER === 'on'
  const prepared = config.DATABASE_PREPARED_STATEMENTS

  function open(
    pool: string,
    options: Pick<
      DatabaseOptions,
      'url' | 'poolSize' | 'queryClass' | 'statementTimeoutMs' | 'connectTimeoutMs'
    >,
  ): Kysely<Database> {
    const slow = createSlowQueryLog({
      db: () => db,
      logger,
      thresholdMs: config.DATABASE_SLOW_QUERY_MS,
    })
    const db: Kysely<Database> = createDatabase({
      ...options,
      name: pool === 'primary' ? service : `${service} ${pool}`,
      viaPgBouncer,
      ...(prepared && { preparedStatements: prepared === 'on' }),
      onIdleError: (error) => logger.warn({ err: error, pool }, 'a database connection broke'),
      onPool: (use) => metrics.observePool(pool, use),
      onQuery(query) {
        metrics.observeQuery(pool, query)
        slow.see(query)
      },
    })
    lifecycle.register(`database ${pool}`, () => db.destroy())
    return db
  }

  const url = config.DATABASE_URL
  const poolSize = config.DATABASE_POOL_SIZE - OWN_CONNECTIONS
  const primary = open('primary', { url, poolSize })
  const heartbeat = open('heartbeat', {
    url,
    poolSize: HEARTBEAT_CONNECTIONS,
    statementTimeoutMs: HEARTBEAT_LIMIT_MS,
    // Its only place must not be held by a connection that will never open.
    connectTimeoutMs: HEARTBEAT_LIMIT_MS,
  })
  const batch = open('batch', { url, poolSize: BATCH_CONNECTIONS, queryClass: 'batch' })

  function openReplica(replicaUrl: string): Replica {
    const name = new URL(replicaUrl).host
    return {
      name,
      db: open(name, { url: replicaUrl, poolSize }),
      analytics: openAnalytics(`${name} analytics`, replicaUrl),
    }
  }

  function openAnalytics(pool: string, url: string): Kysely<Database> {
    return open(pool, { url, poolSize: ANALYTICS_CONNECTIONS, queryClass: 'analytics' })
  }

  // PgBouncer gives its clients what it has, and the server's limit is not ours to compare with.
  if (!viaPgBouncer) {
    const { DATABASE_POOL_SIZE, SERVICE_REPLICAS } = config
    const wanted = { poolSize: DATABASE_POOL_SIZE, replicas: SERVICE_REPLICAS }
    const warning = await checkConnectionBudget(primary, wanted)
    if (warning !== undefined) logger.warn(warning)
  }

  return {
    primary,
    heartbeat,
    batch,
    openReads(redis) {
      if (config.DATABASE_REPLICA_URLS.length === 0)
        return createReads({ primary, analytics: openAnalytics('analytics', url) })
      const watch = watchReplicas({
        primary,
        replicas: config.DATABASE_REPLICA_URLS.map(openReplica),
        onChange: (change) =>
          logger.warn(change, change.isUsable ? 'a replica is read' : 'a replica is left out'),
      })
      lifecycle.register('replica watch', () => watch.stop())
      metrics.observeReplicas(watch)
      return createReads({
        primary,
        watch,
        lastWrites: createLastWrites({ primary, redis }),
        onRead: (kind, route) => metrics.countRead(kind, route),
      })
    },
  }
}
