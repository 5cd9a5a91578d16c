import { createDatabase } from '@brainlyx/db'
import { testDatabase } from '@brainlyx/db/testing'
import { createTestRedis } from '@brainlyx/testkit'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTcpProxy } from '../chaos/cluster/tcp-proxy.ts'
import type { TcpProxy } from '../chaos/cluster/tcp-proxy.ts'
import { createServiceKey } from '../cluster/service-key.ts'
import { startService } from '../cluster/start-service.ts'
import { routerConfiguration } from '../turns/provider-models.ts'

export interface Replicas {
  /** Where the loopback address is nobody in particular, as on a laptop. */
  readonly laptop: string
  /** Two that share limits, and limit addresses. */
  readonly pair: readonly [string, string]
  /** Between the pair and its Redis. */
  readonly redisLine: TcpProxy
  readonly db: ReturnType<typeof createDatabase>
}

/** Three processes of chat-api on one database, one router and the simulator. */
export async function startReplicas(releases: AsyncDisposableStack): Promise<Replicas> {
  const database = await testDatabase()
  releases.defer(() => database.close())
  const db = createDatabase({ url: database.adminUrl, name: 'bench', poolSize: 2 })
  releases.defer(() => db.destroy())
  const folder = await mkdtemp(join(tmpdir(), 'bench-limits-'))
  releases.defer(() => rm(folder, { recursive: true, force: true }))
  const routerFile = join(folder, 'router.yaml')
  await writeFile(routerFile, routerConfiguration())

  const [own, shared] = [await createTestRedis(), await createTestRedis()]
  for (const redis of [own, shared]) releases.defer(() => redis.close())
  const throughLine = new URL(shared.url)
  const redisLine = await startTcpProxy(releases, Number(throughLine.port))
  throughLine.hostname = '127.0.0.1'
  throughLine.port = String(redisLine.port)

  const key = createServiceKey('chat-api')
  const SERVICE_TOKEN_PUBLIC_JWKS = JSON.stringify({ keys: [key.publicJwk] })
  const simulator = await startService(releases, {
    folder: 'packages/provider-simulator',
    environment: { LOG_LEVEL: 'warn', SIMULATOR_TOKENS_PER_SECOND: '0', SIMULATOR_TTFT_MS: '0' },
  })
  const router = await startService(releases, {
    folder: 'apps/provider-router',
    environment: {
      SERVICE_TOKEN_PUBLIC_JWKS,
      ROUTER_CONFIG: routerFile,
      SIMULATOR_URL: simulator.origin,
    },
  })
  const chatApi = (environment: Record<string, string>) =>
    startService(releases, {
      folder: 'apps/chat-api',
      environment: {
        LOG_LEVEL: 'error',
        SERVICE_TOKEN_PUBLIC_JWKS,
        SERVICE_TOKEN_PRIVATE_JWK: key.privateJwk,
        DATABASE_URL: database.url,
        ROUTER_URL: router.origin,
        STORAGE_DIRECTORY: folder,
        ...secrets,
        ...environment,
      },
    })
  const secrets = {
    AUTH_SECRET: randomBytes(32).toString('hex'),
    PSEUDONYM_KEY: randomBytes(32).toString('hex'),
  }
  const production = {
    BRAINLYX_MODE: 'production',
    HOST: '127.0.0.1',
    PUBLIC_ORIGIN: 'https://chat.example.com',
    REDIS_URL: throughLine.href,
  }
  const one = await chatApi(production)
  const two = await chatApi(production)
  const laptop = await chatApi({ PUBLIC_ORIGIN: 'http://localhost:3000', REDIS_URL: own.url })
  return { laptop: laptop.origin, pair: [one.origin, two.origin], redisLine, db }
}
