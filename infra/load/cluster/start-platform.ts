import { createDatabase } from '@brainlyx/db'
import { testDatabase } from '@brainlyx/db/testing'
import { createTestRedis } from '@brainlyx/testkit'
import type { TestDatabase, TestRedis } from '@brainlyx/testkit'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { textSetting } from '../router/run/settings.ts'
import { loosenTiersAt } from './loosen-tiers-at.ts'
import { createServiceKey } from './service-key.ts'
import { startService } from './start-service.ts'
import type { ServiceProcess } from './start-service.ts'

/** Lines for `--help`. */
export const PROFILE_SETTING = `BENCH_CPU_PROFILES            folder for a CPU profile of each service (none)`

export interface Platform {
  readonly chatApi: ServiceProcess
  readonly router: ServiceProcess
  readonly worker: ServiceProcess
  readonly simulator: ServiceProcess
  readonly database: TestDatabase
  /** Of the superuser, for what only an operator sees. */
  readonly db: ReturnType<typeof createDatabase>
  readonly redis: TestRedis
}

export interface PlatformOptions {
  /** The text of the router's YAML file. */
  readonly routerConfiguration: string
  readonly tokensPerSecond: number
  readonly timeToFirstTokenMs: number
}

/** One process of each service but web, with a database and a Redis of their own; the simulator plays all providers. */
export async function startPlatform(
  releases: AsyncDisposableStack,
  options: PlatformOptions,
): Promise<Platform> {
  const database = await testDatabase()
  releases.defer(() => database.close())
  const db = createDatabase({ url: database.adminUrl, name: 'bench', poolSize: 4 })
  releases.defer(() => db.destroy())
  await loosenTiersAt(database.url)
  const redis = await createTestRedis()
  releases.defer(() => redis.close())
  const folder = await mkdtemp(join(tmpdir(), 'bench-platform-'))
  releases.defer(() => rm(folder, { recursive: true, force: true }))
  const routerFile = join(folder, 'router.yaml')
  await writeFile(routerFile, options.routerConfiguration)

  const keys = { chatApi: createServiceKey('chat-api'), worker: createServiceKey('worker') }
  const SERVICE_TOKEN_PUBLIC_JWKS = JSON.stringify({
    keys: Object.values(keys).map(({ publicJwk }) => publicJwk),
  })
  const flags = profilingFlags()
  const simulator = await startService(releases, {
    folder: 'packages/provider-simulator',
    flags,
    environment: {
      LOG_LEVEL: 'warn',
      SIMULATOR_TOKENS_PER_SECOND: String(options.tokensPerSecond),
      SIMULATOR_TTFT_MS: String(options.timeToFirstTokenMs),
    },
  })
  const router = await startService(releases, {
    folder: 'apps/provider-router',
    flags,
    environment: {
      SERVICE_TOKEN_PUBLIC_JWKS,
      ROUTER_CONFIG: routerFile,
      REDIS_URL: redis.url,
      SIMULATOR_URL: simulator.origin,
    },
  })
  const shared = {
    SERVICE_TOKEN_PUBLIC_JWKS,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    ROUTER_URL: router.origin,
    PUBLIC_ORIGIN: 'http://localhost:3000',
    PSEUDONYM_KEY: randomBytes(32).toString('hex'),
    STORAGE_DIRECTORY: join(tmpdir(), 'brainlyx-load-storage'),
  }
  const chatApi = await startService(releases, {
    folder: 'apps/chat-api',
    flags,
    environment: {
      ...shared,
      SERVICE_TOKEN_PRIVATE_JWK: keys.chatApi.privateJwk,
      AUTH_SECRET: randomBytes(32).toString('hex'),
    },
  })
  const worker = await startService(releases, {
    folder: 'apps/worker',
    flags,
    environment: { ...shared, SERVICE_TOKEN_PRIVATE_JWK: keys.worker.privateJwk },
  })
  return { chatApi, router, worker, simulator, database, db, redis }
}

function profilingFlags(): string[] {
  const folder = textSetting('BENCH_CPU_PROFILES')
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}
