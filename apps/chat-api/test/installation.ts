import { createDatabase, createPseudonymizer } from '@brainlyx/db'
import { loosenTiers, testDatabase } from '@brainlyx/db/testing'
import { startSimulator } from '@brainlyx/provider-simulator'
import {
  Lifecycle,
  createLogger,
  createMetrics,
  createServiceTokenSigner,
  createServiceTokenVerifier,
  listen,
} from '@brainlyx/service-kit'
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
import { exportJWK, generateKeyPair } from 'jose'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createChatApi } from '../src/create-app.ts'
import type { ChatApiDependencies } from '../src/chat-api-dependencies.ts'
import { Browser } from './browser.ts'
import { startRouter } from './router-process.ts'

export const PUBLIC_ORIGIN = 'http://chat.example.test:3000'
export const PSEUDONYM_KEY = 'a key of the tests, long enough to be one'
export const AUTH_SECRET = 'a secret of the tests, long enough to be one'

/** A database, a Redis, the simulator and the real router in a process of its own, and replicas of chat-api on them. */
export async function arrangeInstallation() {
  const database = await testDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'chat-api-tests-'))
  const testRedis = await createTestRedis()
  const simulator = await startSimulator()
  const keys = { web: await serviceKey('web'), 'chat-api': await serviceKey('chat-api') }
  const publicJwks = { keys: Object.values(keys).map((key) => key.publicJwk) }
  const router = await startRouter({
    simulatorUrl: simulator.url,
    publicJwks,
    redisUrl: testRedis.url,
  })
  const logger = createLogger({ service: 'test', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' })
  const lifecycle = new Lifecycle(logger)
  const db = createDatabase({ url: database.url, name: 'test' })
  lifecycle.register('database', () => db.destroy())
  await loosenTiers(db)
  const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 2 })
  lifecycle.register('admin', () => admin.destroy())
  const signer = createServiceTokenSigner({ privateJwk: keys['chat-api'].privateJwk })

  /** One replica of chat-api. */
  async function startReplica(
    options: Partial<ChatApiDependencies> & { redisUrl?: string; routerUrl?: string } = {},
  ) {
    const { redisUrl = testRedis.url, routerUrl = router.url, ...overrides } = options
    const ours = new Lifecycle(logger)
    lifecycle.register('replica', () => ours.shutdown())
    const redis = new Redis(redisUrl, turnLogRedisOptions)
    const subscriber = new Redis(redisUrl)
    for (const connection of [redis, subscriber]) connection.on('error', () => {})
    ours.register('redis', () => redis.disconnect())
    ours.register('subscriber', () => subscriber.disconnect())
    if (options.redisUrl === undefined) await new Promise((resolve) => redis.once('ready', resolve))
    const heartbeat = await startHeartbeat({ db, service: 'chat-api', logger })
    ours.register('heartbeat', () => heartbeat.stop())
    const client = createRouterClient({
      url: routerUrl,
      signToken: (audience) => signer.sign(audience),
    })
    ours.register('router client', () => client.close())
    const metrics = createMetrics('chat-api')
    const api = createChatApi({
      mode: 'local',
      checkAnswers: true,
      publicOrigin: PUBLIC_ORIGIN,
      authSecret: AUTH_SECRET,
      cookiePrefix: 'test',
      trustedProxyHops: 0,
      db,
      redis,
      log: createTurnLog({ redis }),
      hints: createHints(subscriber),
      router: client,
      storage: await createStorage({ kind: 'disk', directory }),
      pseudonymOf: createPseudonymizer(PSEUDONYM_KEY),
      heartbeat,
      serviceTokens: createServiceTokenVerifier({ publicJwks, audience: 'chat-api' }),
      logger,
      metrics,
      leaving: ours.stopping,
      // The machine of the tests may be as busy as it likes.
      pressure: { current: { level: 0, isFull: false } },
      redisPatienceMs: 5_000,
      ...overrides,
    })
    ours.register('engine', async () => {
      api.engine.handOver()
      await api.engine.idle()
      api.engine.close()
      api.calls.cut()
      await api.calls.idle()
      await api.close()
    })
    await api.signingKeys.load()
    api.signingKeys.start()
    await api.revocations.load()
    await api.announcements.load()
    api.revocations.start()
    await api.limits.load()
    const { port, server } = await listen(ours, api.app, {
      name: 'server',
      host: '127.0.0.1',
      port: 0,
    })
    ours.register('connections', () => server.closeAllConnections())
    const url = `http://127.0.0.1:${port}`
    return {
      ...api,
      url,
      metrics,
      redis,
      browser: () => new Browser(url),
      stop: () => ours.shutdown(),
    }
  }

  return {
    db,
    /** Sees the rows of all users. */
    admin,
    database,
    directory,
    redis: testRedis.client,
    simulator,
    startReplica,
    /** What a process of chat-api reads to be a part of this. */
    environment: (): Record<string, string> => ({
      BRAINLYX_MODE: 'local',
      DATABASE_URL: database.url,
      REDIS_URL: testRedis.url,
      ROUTER_URL: router.url,
      PUBLIC_ORIGIN,
      AUTH_SECRET,
      PSEUDONYM_KEY,
      STORAGE_DIRECTORY: directory,
      COOKIE_PREFIX: 'test',
      SERVICE_TOKEN_PRIVATE_JWK: JSON.stringify(keys['chat-api'].privateJwk),
      SERVICE_TOKEN_PUBLIC_JWKS: JSON.stringify(publicJwks),
    }),
    /** What `web` proves itself with. */
    webToken: () => createServiceTokenSigner({ privateJwk: keys.web.privateJwk }).sign('chat-api'),
    /** What chat-api proves itself to the router with. */
    routerToken: () => signer.sign('provider-router'),
    async close() {
      await lifecycle.shutdown()
      await router.stop()
      await simulator.close()
      await testRedis.close()
      await database.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function serviceKey(kid: string) {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return {
    privateJwk: { ...(await exportJWK(pair.privateKey)), kid },
    publicJwk: { ...(await exportJWK(pair.publicKey)), kid },
  }
}

/** Signs a new guest in. */
export async function guest(replica: { browser: () => Browser }): Promise<Browser> {
  const browser = replica.browser()
  const response = await browser.post('/api/v1/sign-in/guest')
  if (response.status !== 201)
    throw new Error(`no guest: ${response.status} ${await response.text()}`)
  return browser
}

let members = 0

export async function signUp(
  browser: Browser,
  email = `member-${process.pid}-${++members}@example.com`,
): Promise<string> {
  const response = await browser.post('/api/v1/sign-up', {
    email,
    password: 'correct horse battery',
  })
  if (response.status !== 201)
    throw new Error(`no member: ${response.status} ${await response.text()}`)
  return email
}
