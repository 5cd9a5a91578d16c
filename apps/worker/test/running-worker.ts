import { createDatabase, createPseudonymizer, createReads } from '@brainlyx/db'
import { testDatabase } from '@brainlyx/db/testing'
import { consumerRedisOptions, producerRedisOptions } from '@brainlyx/jobs'
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { Lifecycle, createLogger, createMetrics } from '@brainlyx/service-kit'
import { createStorage } from '@brainlyx/storage'
import { createTestRedis } from '@brainlyx/testkit'
import {
  createHints,
  createRouterClient,
  createTurnLog,
  startHeartbeat,
  turnLogRedisOptions,
} from '@brainlyx/turn-engine'
import { Redis } from 'ioredis'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMailboxCarrier } from '../src/mail/mail-carrier.ts'
import { startWorker } from '../src/worker.ts'

export type Arena = Awaited<ReturnType<typeof createArena>>

/** A database, a Redis and, in the router's place, the simulator, which speaks the same OpenAI format. */
export async function createArena() {
  const database = await testDatabase()
  const redis = await createTestRedis()
  const simulator = await startSimulator()
  const db = createDatabase({ url: database.url, name: 'test' })
  const admin = createDatabase({
    url: database.adminUrl,
    name: 'test',
    poolSize: 2,
    statementTimeoutMs: 60_000,
  })
  const router = routerOf(simulator)
  const directory = await mkdtemp(join(tmpdir(), 'worker-tests-'))
  const logRedis = new Redis(redis.url, { ...turnLogRedisOptions, enableOfflineQueue: true })
  return {
    database,
    redis,
    simulator,
    db,
    /** Sees the rows of all users. */
    admin,
    reads: createReads({ primary: db }),
    router,
    logger: createLogger({ service: 'worker', level: 'silent' }),
    log: createTurnLog({ redis: logRedis }),
    directory,
    storage: await createStorage({ kind: 'disk', directory }),
    pseudonymOf: createPseudonymizer('a key of the tests, long enough to be one'),
    async close() {
      await rm(directory, { recursive: true, force: true })
      logRedis.disconnect()
      await router.close()
      await simulator.close()
      await admin.destroy()
      await db.destroy()
      await redis.close()
      await database.close()
    },
  }
}

/** A whole worker in this process; `stop` is its ordered shutdown. */
export async function runWorker(arena: Arena, { handOverAfterMs = 1_000 } = {}) {
  const { database, redis, simulator, logger, log, storage, pseudonymOf } = arena
  const lifecycle = new Lifecycle(logger)
  const connect = (options: object): Redis => {
    const connection = new Redis(redis.url, options)
    connection.on('error', () => undefined)
    lifecycle.register('redis', () => connection.disconnect())
    return connection
  }
  const db = createDatabase({ url: database.url, name: 'worker' })
  lifecycle.register('database', () => db.destroy())
  const router = routerOf(simulator)
  lifecycle.register('router', () => router.close())
  const producerRedis = connect(producerRedisOptions)
  const consumerRedis = connect(consumerRedisOptions)
  const hints = createHints(connect(consumerRedisOptions))
  const heartbeat = await startHeartbeat({ db, service: 'worker', logger })
  lifecycle.register('heartbeat', () => heartbeat.stop())
  const metrics = createMetrics('worker')
  const { readiness } = await startWorker({
    lifecycle,
    logger,
    metrics,
    db,
    producerRedis,
    consumerRedis,
    hints,
    log,
    router,
    heartbeat,
    storage,
    pseudonymOf,
    mail: createMailboxCarrier(db),
    publicOrigin: 'http://chat.example.test:3000',
    handOverAfterMs,
  })
  return { metrics, readiness, heartbeat, stop: () => lifecycle.shutdown() }
}

function routerOf(simulator: Simulator) {
  return createRouterClient({ url: simulator.url, signToken: () => Promise.resolve('simulated') })
}
