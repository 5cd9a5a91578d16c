import { Lifecycle, createLogger, createMetrics } from '@brainlyx/service-kit'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { replicatedDatabase } from '../testing/replicated-database.ts'
import { ConnectionBudgetError } from './connection-budget.ts'
import { databaseKeys } from './database-environment.ts'
import { openDatabases } from './open-databases.ts'

const releases = new AsyncDisposableStack()
afterAll(() => releases.disposeAsync())
const redis = await createTestRedis()
releases.defer(() => redis.close())
const servers = await replicatedDatabase(releases, { replicas: 1 })
const replica = servers.replicas[0]!
const environment = z.object({ DATABASE_URL: z.string(), ...databaseKeys({ poolSize: 10 }) })

async function open(given: Record<string, string>) {
  const logger = createLogger({ service: 'test', level: 'silent' })
  const lifecycle = new Lifecycle(logger)
  releases.defer(() => lifecycle.shutdown())
  const metrics = createMetrics('test')
  const config = environment.parse({ DATABASE_URL: servers.urlOn(servers.primary), ...given })
  const databases = await openDatabases({ service: 'test', config, lifecycle, logger, metrics })
  return { databases, metrics, text: () => metrics.registry.metrics() }
}

test('a service’s connections are as many as it may open, each with its own limit, and are measured', async () => {
  const { databases, text } = await open({ DATABASE_REPLICA_URLS: servers.urlOn(replica) })
  const limitOf = async (db = databases.primary) =>
    (await sql<{ limit: string }>`select current_setting('statement_timeout') as limit`.execute(db))
      .rows[0]!.limit
  expect(await limitOf()).toBe('10s')
  expect(await limitOf(databases.heartbeat)).toBe('2s')
  expect(await limitOf(databases.batch)).toBe('5min')
  const reads = databases.openReads(redis.client)
  await eventually(() => expect(reads.missingReplicas).toEqual([]))
  expect(await reads.forAnalytics(limitOf)).toBe('1min')
  await reads.forUser('somebody', limitOf)
  const shown = await text()
  const host = `127.0.0.1:${replica.port}`
  for (const line of [
    'database_connections{pool="primary",state="max",service="test"} 4',
    'database_connections{pool="heartbeat",state="max",service="test"} 1',
    'database_connections{pool="batch",state="max",service="test"} 3',
    `database_connections{pool="${host}",state="max",service="test"} 4`,
    'database_connection_waiters{pool="primary",service="test"} 0',
    `database_replica_usable{replica="${host}",service="test"} 1`,
    `database_replica_lag_seconds{replica="${host}",service="test"} `,
    'database_reads_total{kind="user",route="replica",service="test"} 1',
    'database_query_duration_seconds_count{service="test",pool="heartbeat",query="select current_setting",outcome="done"} 1',
  ])
    expect(shown).toContain(line)
})

test('a service whose replicas are too many for the server does not start', async () => {
  await expect(open({ SERVICE_REPLICAS: '1000' })).rejects.toBeInstanceOf(ConnectionBudgetError)
})

test.each([
  [{ DATABASE_POOL_SIZE: '101' }, 'DATABASE_POOL_SIZE'],
  [{ DATABASE_PGBOUNCER: 'yes' }, 'DATABASE_PGBOUNCER'],
  [{ DATABASE_REPLICA_URLS: 'postgres://a/b,mysql://c/d' }, 'DATABASE_REPLICA_URLS'],
])('%j is refused', (given, key) => {
  const { error } = environment.safeParse({ DATABASE_URL: 'x', ...given })
  expect(error!.issues.map(({ path }) => path[0])).toEqual([key])
})
