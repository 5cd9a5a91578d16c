import { CHAT_API_AUDIENCE } from '@brainlyx/chat-contract'
import { createPseudonymizer, openDatabases } from '@brainlyx/db'
import {
  createMetrics,
  createServiceTokenSigner,
  createServiceTokenVerifier,
  listen,
  listenAddress,
  runService,
  startOpsServer,
} from '@brainlyx/service-kit'
import { createStorage, storageOptions } from '@brainlyx/storage'
import {
  createHints,
  createRouterClient,
  createTurnLog,
  startHeartbeat,
  turnLogRedisOptions,
} from '@brainlyx/turn-engine'
import { Redis } from 'ioredis'
import { Config } from './config.ts'
import { createChatApi } from './create-app.ts'
import { readProviderSettings } from './sign-in-provider/provider-settings.ts'

/** Kept back from the shutdown's deadline, to store what was answered and hand it over. */
const HAND_OVER_MS = 3_000

await runService({
  name: 'chat-api',
  configuration: Config,
  environment: process.env,
  start: async ({ config, logger, lifecycle }) => {
    const metrics = createMetrics('chat-api')
    const service = 'chat-api'
    const databases = await openDatabases({ service, config, lifecycle, logger, metrics })
    const heartbeat = await startHeartbeat({ db: databases.heartbeat, service, logger })
    lifecycle.register('heartbeat', () => heartbeat.stop())

    const redis = new Redis(config.REDIS_URL, {
      ...turnLogRedisOptions,
      connectionName: 'chat-api',
    })
    redis.on('error', (error) => logger.warn({ err: error }, 'redis'))
    lifecycle.register('redis', () => redis.disconnect())
    const subscriber = new Redis(config.REDIS_URL, { connectionName: 'chat-api hints' })
    subscriber.on('error', () => {}) // the other connection says it
    lifecycle.register('redis subscriber', () => subscriber.disconnect())

    const signer =
      config.SERVICE_TOKEN_PRIVATE_JWK &&
      createServiceTokenSigner({ privateJwk: config.SERVICE_TOKEN_PRIVATE_JWK })
    const router = createRouterClient({
      url: config.ROUTER_URL,
      signToken: signer && ((audience) => signer.sign(audience)),
    })
    lifecycle.register('router client', () => router.close())

    const providers = await readProviderSettings({
      text: config.AUTH_PROVIDERS,
      file: config.AUTH_PROVIDERS_FILE,
      allowHttp: config.BRAINLYX_MODE === 'local',
    })
    const api = createChatApi({
      mode: config.BRAINLYX_MODE,
      checkAnswers: config.NODE_ENV === 'development',
      publicOrigin: config.PUBLIC_ORIGIN,
      authSecret: config.AUTH_SECRET,
      cookiePrefix: config.COOKIE_PREFIX,
      trustedProxyHops: config.TRUSTED_PROXY_HOPS,
      db: databases.primary,
      controlDb: databases.heartbeat,
      reads: databases.openReads(redis),
      redis,
      log: createTurnLog({ redis }),
      hints: createHints(subscriber),
      router,
      storage: await createStorage(storageOptions(config)),
      pseudonymOf: createPseudonymizer(config.PSEUDONYM_KEY),
      heartbeat,
      serviceTokens: createServiceTokenVerifier({
        publicJwks: config.SERVICE_TOKEN_PUBLIC_JWKS,
        audience: CHAT_API_AUDIENCE,
      }),
      logger,
      metrics,
      leaving: lifecycle.stopping,
      accounts: {
        mailIsSent: config.MAIL_FROM !== undefined,
        signUp: config.SIGN_UP,
        guests: config.GUESTS,
        providers,
        ...(config.REQUIRE_VERIFIED_EMAIL === undefined
          ? {}
          : { requireVerifiedEmail: config.REQUIRE_VERIFIED_EMAIL === 'true' }),
      },
    })
    const { app, engine, signingKeys, revocations, limits, announcements, calls, setUp } = api
    lifecycle.register('API calls', () => calls.idle())
    lifecycle.register('turn engine', async () => {
      await engine.idle()
      engine.close()
    })
    // Turns may end by themselves until shortly before the deadline; what still runs then goes on in a worker.
    lifecycle.stopping.addEventListener('abort', () => {
      engine.drain()
      setTimeout(() => {
        engine.handOver()
        calls.cut()
      }, config.SHUTDOWN_GRACE_MS - HAND_OVER_MS).unref()
    })

    lifecycle.register('what is looked for', () => api.close())

    await signingKeys.load()
    signingKeys.start()
    await revocations.load()
    revocations.start()
    await limits.load()
    await announcements.load()
    const address = listenAddress(config)
    const { port } = await listen(lifecycle, app, {
      name: 'server',
      host: address.host,
      port: address.port,
    })
    await startOpsServer(lifecycle, {
      host: address.opsHost,
      port: address.opsPort,
      metrics,
      readiness: () => api.readiness(),
    })
    if (config.BRAINLYX_MODE === 'production') {
      await setUp.announce({ logger, publicOrigin: config.PUBLIC_ORIGIN })
    }
    logger.info({ port }, 'chat-api is ready')
  },
})
