import { createPseudonymizer, openDatabases } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import { consumerRedisOptions, producerRedisOptions } from '@brainlyx/jobs'
import {
  createMetrics,
  createServiceTokenSigner,
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
import type { Kysely } from 'kysely'
import { workerEnvironment } from './config.ts'
import type { WorkerEnvironment } from './config.ts'
import { createMailboxCarrier, createSmtpCarrier } from './mail/mail-carrier.ts'
import type { MailCarrier } from './mail/mail-carrier.ts'
import { connectRedis } from './redis/connect-redis.ts'
import { startWorker } from './worker.ts'

const SERVICE = 'worker'
/** Kept back from the shutdown's deadline, to store what was answered and hand it over. */
const HAND_OVER_MS = 3_000

await runService({
  name: SERVICE,
  configuration: workerEnvironment,
  environment: process.env,
  async start({ config, logger, lifecycle }) {
    const metrics = createMetrics(SERVICE)
    const service = SERVICE
    const databases = await openDatabases({ service, config, lifecycle, logger, metrics })

    const url = config.REDIS_URL
    const redis = (name: string, options: typeof producerRedisOptions) =>
      connectRedis({ lifecycle, logger }, { url, name, options })
    const producerRedis = redis('producer', producerRedisOptions)
    const consumerRedis = redis('consumer', consumerRedisOptions)
    const subscriber = redis('hints', consumerRedisOptions)
    const logRedis = redis('turn-log', turnLogRedisOptions)

    const privateJwk = config.SERVICE_TOKEN_PRIVATE_JWK
    const signer = privateJwk === undefined ? undefined : createServiceTokenSigner({ privateJwk })
    const router = createRouterClient({
      url: config.ROUTER_URL,
      signToken: signer === undefined ? undefined : (audience) => signer.sign(audience),
    })
    lifecycle.register('router client', () => router.close())

    const heartbeat = await startHeartbeat({ db: databases.heartbeat, service, logger })
    lifecycle.register('heartbeat', () => heartbeat.stop())

    const mail = mailCarrier(config, databases.primary)
    if (mail !== undefined) lifecycle.register('mail', () => mail.close())

    const { readiness } = await startWorker({
      lifecycle,
      logger,
      metrics,
      db: databases.primary,
      batchDb: databases.batch,
      reads: databases.openReads(logRedis),
      ownerUrl: config.DATABASE_OWNER_URL,
      producerRedis,
      consumerRedis,
      hints: createHints(subscriber),
      log: createTurnLog({ redis: logRedis }),
      router,
      heartbeat,
      storage: await createStorage(storageOptions(config)),
      pseudonymOf: createPseudonymizer(config.PSEUDONYM_KEY),
      mail,
      publicOrigin: config.PUBLIC_ORIGIN,
      handOverAfterMs: config.SHUTDOWN_GRACE_MS - HAND_OVER_MS,
    })
    const { opsHost: host, opsPort: port } = listenAddress(config)
    await startOpsServer(lifecycle, { host, port, metrics, readiness })
    logger.info({ opsPort: port }, 'working')
  },
})

/** The mail server that was named; on a laptop without one a page shows what would have been sent. */
function mailCarrier(config: WorkerEnvironment, db: Kysely<Database>): MailCarrier | undefined {
  const { SMTP_URL: url, MAIL_FROM: from } = config
  if (url !== undefined && from !== undefined) return createSmtpCarrier({ url, from })
  return config.BRAINLYX_MODE === 'local' ? createMailboxCarrier(db) : undefined
}
