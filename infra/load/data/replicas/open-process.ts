import { createDatabase, databaseKeys, openDatabases } from '@brainlyx/db'
import type { Database, Reads } from '@brainlyx/db'
import { Lifecycle, createLogger, createMetrics } from '@brainlyx/service-kit'
import { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { RedisServer } from '../../chaos/cluster/redis-server.ts'

export interface Process {
  readonly databases: Awaited<ReturnType<typeof openDatabases>>
  readonly reads: Reads
  /** A replica, past all routing. */
  readonly anyReplica: Kysely<Database>
}

/** The connections of one process of a service, as the service itself opens them. */
export async function openProcess(
  releases: AsyncDisposableStack,
  servers: { url: string; replicaUrls: readonly string[]; redis: RedisServer },
): Promise<Process> {
  const { url, replicaUrls, redis } = servers
  const logger = createLogger({ service: 'bench', level: 'fatal' })
  const lifecycle = new Lifecycle(logger)
  releases.defer(() => lifecycle.shutdown())
  const client = new Redis(`redis://:${redis.password}@127.0.0.1:${redis.port}`)
  client.on('error', () => {})
  lifecycle.register('redis', () => client.disconnect())
  const environment = z.object(databaseKeys({ poolSize: 20 }))
  const databases = await openDatabases({
    service: 'bench',
    config: {
      DATABASE_URL: url,
      ...environment.parse({ DATABASE_REPLICA_URLS: replicaUrls.join(',') }),
    },
    lifecycle,
    logger,
    metrics: createMetrics('bench'),
  })
  const [replicaUrl = url] = replicaUrls
  const anyReplica = createDatabase({ url: replicaUrl, name: 'bench-unrouted', poolSize: 8 })
  lifecycle.register('unrouted reads', () => anyReplica.destroy())
  return { databases, reads: databases.openReads(client), anyReplica }
}
