import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureRolesAndDatabase } from '../../../local/data/postgres-roles.mjs'
import { runProgram } from '../../../local/process/run-program.mjs'
import { migrate } from '../../../local/services/migrate.mjs'
import { loosenTiersAt } from '../../cluster/loosen-tiers-at.ts'
import { createServiceKey } from '../../cluster/service-key.ts'
import { freePort } from '../../router/process/free-port.ts'
import { routerConfiguration } from '../../turns/provider-models.ts'
import { startBalancer } from './balancer.ts'
import type { Balancer } from './balancer.ts'
import { createMember } from './member.ts'
import type { Member } from './member.ts'
import { createPostgresServer, giveFolder } from '@brainlyx/testkit/postgres-server'
import type { PostgresServer } from '@brainlyx/testkit/postgres-server'
import { createRedisServer } from './redis-server.ts'
import type { RedisServer } from './redis-server.ts'
import { startTcpProxy } from './tcp-proxy.ts'
import type { TcpProxy } from './tcp-proxy.ts'

export interface Cluster {
  readonly folder: string
  readonly chatApis: readonly Member[]
  readonly routers: readonly Member[]
  readonly workers: readonly Member[]
  /** Undefined where the row does not need it and it was not started. */
  readonly web: Member | undefined
  readonly simulator: Member
  readonly chatApiBalancer: Balancer
  readonly routerBalancer: Balancer
  /** The lines of the services to their data. */
  readonly postgresLine: TcpProxy
  readonly redisLine: TcpProxy
  readonly redis: RedisServer
  /** The primary; another one after a failover. */
  postgres: PostgresServer
  /** Of the superuser, past the proxy. */
  databaseUrl(): string
}

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const ROUTER_REPLICAS = [1, 2]

/**
 * Everything a small production has, on this machine: two chat-api, two provider-router, two worker, web, a Postgres
 * and a Redis of their own behind proxies, and the simulator in the providers' place.
 */
export async function startCluster(
  releases: AsyncDisposableStack,
  options: { withWeb: boolean },
): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-chaos-'))
  releases.defer(() => rmSync(folder, { recursive: true, force: true }))
  giveFolder(folder, 0o755)
  const logFolder = join(process.env['BENCH_CHAOS_LOGS'] ?? folder)
  mkdirSync(logFolder, { recursive: true })
  const postgres = await createPostgresServer(releases, {
    folder: join(folder, 'postgres'),
    logFolder,
  })
  await postgres.start()
  await ensureRolesAndDatabase(postgres.url(), { owner: 'chaos', app: 'chaos' })
  const login = (role: string, port: number): string =>
    `postgres://${role}:chaos@127.0.0.1:${port}/brainlyx`
  await migrate({
    owner: login('brainlyx_owner', postgres.port),
    app: login('brainlyx_app', postgres.port),
  })
  await loosenTiersAt(login('brainlyx_app', postgres.port))
  const redis = await createRedisServer(releases, { folder: join(folder, 'redis'), logFolder })
  await redis.start()
  const postgresLine = await startTcpProxy(releases, postgres.port)
  const redisLine = await startTcpProxy(releases, redis.port)

  const keys = ['chat-api', 'worker', 'web'].map((name) => ({ name, ...createServiceKey(name) }))
  const privateJwk = (service: string): string =>
    keys.find(({ name }) => name === service)?.privateJwk ?? ''
  const shared = {
    SERVICE_TOKEN_PUBLIC_JWKS: JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }),
    REDIS_URL: `redis://:${redis.password}@127.0.0.1:${redisLine.port}`,
  }
  const app = (service: string, name: string, environment: Record<string, string>, port?: number) =>
    createMember(releases, {
      name,
      service,
      entry: service === 'web' ? 'apps/web/dist/main.js' : `apps/${service}/src/main.ts`,
      environment: { ...shared, ...environment },
      logFolder,
      ...(port === undefined ? {} : { port }),
    })

  const simulator = await createMember(releases, {
    name: 'simulator',
    service: 'provider-simulator',
    entry: 'packages/provider-simulator/src/main.ts',
    environment: {},
    logFolder,
  })
  await simulator.start()
  const routerFile = join(folder, 'router.yaml')
  writeFileSync(routerFile, routerConfiguration())
  const routers = await Promise.all(
    ROUTER_REPLICAS.map((each) =>
      app('provider-router', `router-${each}`, {
        ROUTER_CONFIG: routerFile,
        SIMULATOR_URL: simulator.origin,
      }),
    ),
  )
  const routerBalancer = await startBalancer(releases, routers)
  const webPort = await freePort()
  const webOrigin = `http://127.0.0.1:${webPort}`
  const backend = {
    DATABASE_URL: login('brainlyx_app', postgresLine.port),
    ROUTER_URL: routerBalancer.origin,
    PUBLIC_ORIGIN: webOrigin,
    PSEUDONYM_KEY: randomBytes(32).toString('hex'),
    STORAGE_DIRECTORY: join(tmpdir(), 'brainlyx-load-storage'),
  }
  const AUTH_SECRET = randomBytes(32).toString('hex')
  const chatApis = await Promise.all(
    [1, 2].map((each) =>
      app('chat-api', `chat-api-${each}`, {
        ...backend,
        AUTH_SECRET,
        SERVICE_TOKEN_PRIVATE_JWK: privateJwk('chat-api'),
      }),
    ),
  )
  const chatApiBalancer = await startBalancer(releases, chatApis)
  const workers = await Promise.all(
    [1, 2].map((each) =>
      app('worker', `worker-${each}`, {
        ...backend,
        DATABASE_OWNER_URL: login('brainlyx_owner', postgresLine.port),
        SERVICE_TOKEN_PRIVATE_JWK: privateJwk('worker'),
      }),
    ),
  )
  await Promise.all([...routers, ...chatApis, ...workers].map((member) => member.start()))
  await Promise.all([chatApiBalancer.allReady(), routerBalancer.allReady()])
  const web = options.withWeb
    ? await app(
        'web',
        'web',
        {
          CHAT_API_URL: chatApiBalancer.origin,
          PUBLIC_ORIGIN: webOrigin,
          SERVICE_TOKEN_PRIVATE_JWK: privateJwk('web'),
        },
        webPort,
      )
    : undefined
  if (web !== undefined) {
    await buildWeb()
    await web.start()
  }
  const cluster: Cluster = {
    folder,
    chatApis,
    routers,
    workers,
    web,
    simulator,
    chatApiBalancer,
    routerBalancer,
    postgresLine,
    redisLine,
    redis,
    postgres,
    databaseUrl: () => cluster.postgres.url('brainlyx'),
  }
  return cluster
}

/** Web is the one that runs as a bundle. */
async function buildWeb(): Promise<void> {
  if (existsSync(`${root}apps/web/dist/main.js`)) return
  const { ok, output } = await runProgram('pnpm', ['--filter', '@brainlyx/web', 'build'], {
    env: process.env,
  })
  if (!ok) throw new Error(`web could not be built:\n${output}`)
}
