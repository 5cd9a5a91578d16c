import { createTestRedis } from '@brainlyx/testkit'
import { startOpenIdProvider } from '@brainlyx/testkit/openid-provider'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loosenTiers } from './loosen-tiers.ts'
import { createMigratedDatabase } from './migrated-database.ts'
import { TOKENS_PER_SECOND } from './default-pace.ts'
import { makeServiceKeys } from './service-keys.ts'
import { startChatApiControl } from './chat-api-control.ts'
import { freePort, startService } from './service-process.ts'
import type { ServiceProcess } from './service-process.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..', '..', '..')

export interface Stack {
  /** What people would type. */
  readonly webUrl: string
  readonly simulatorUrl: string
  /** As superuser, to put into the database what no model would say. */
  readonly databaseUrl: string
  /** `POST kill` and `POST start`, from the tests' own process. */
  readonly chatApiControlUrl: string
  stop(): Promise<void>
}

/** All services, each its own process, on a database and a Redis of their own. */
export async function startStack(): Promise<Stack> {
  const releases: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const release of releases.splice(0).toReversed()) await release()
  }
  const held = <T extends { stop(): Promise<unknown> }>(resource: T): T => {
    releases.push(() => resource.stop())
    return resource
  }
  try {
    const database = await createMigratedDatabase(REPOSITORY)
    releases.push(() => database.close())
    await loosenTiers(database.adminUrl)
    const redis = await createTestRedis()
    releases.push(() => redis.close())
    const scratch = await mkdtemp(join(tmpdir(), 'brainlyx-browser-tests-'))
    releases.push(() => rm(scratch, { recursive: true, force: true }))
    const keys = makeServiceKeys(['web', 'chat-api', 'worker'])
    const shared = { SERVICE_TOKEN_PUBLIC_JWKS: keys.publicJwks }

    const simulator = held(
      await startService({
        name: 'provider-simulator',
        entry: join(REPOSITORY, 'packages/provider-simulator/src/main.ts'),
        environment: {
          SIMULATOR_TOKENS_PER_SECOND: String(TOKENS_PER_SECOND),
          SIMULATOR_TTFT_MS: '150',
        },
      }),
    )
    const simulatorUrl = `http://127.0.0.1:${simulator.port}`
    const router = held(
      await startService({
        name: 'provider-router',
        entry: join(REPOSITORY, 'apps/provider-router/src/main.ts'),
        environment: {
          ...shared,
          ROUTER_CONFIG: join(REPOSITORY, 'apps/provider-router/router.yaml'),
          PROVIDER_KEYS_FILE: join(scratch, 'provider-keys.json'),
          SIMULATOR_URL: simulatorUrl,
          // A key that a test sets is tried here, not with its provider.
          OPENAI_BASE_URL: `${simulatorUrl}/v1`,
          ANTHROPIC_BASE_URL: simulatorUrl,
          GEMINI_BASE_URL: simulatorUrl,
          GROQ_BASE_URL: simulatorUrl,
        },
      }),
    )
    const webPort = await freePort()
    const webUrl = `http://127.0.0.1:${webPort}`
    const backend = {
      ...shared,
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      ROUTER_URL: `http://127.0.0.1:${router.port}`,
      STORAGE_DIRECTORY: join(scratch, 'storage'),
      PSEUDONYM_KEY: randomBytes(32).toString('hex'),
    }
    const company = await startOpenIdProvider({
      redirectUri: `${webUrl}/api/v1/sign-in/with/company/callback`,
      people: new Map(),
    })
    releases.push(() => company.close())
    const chatApiPort = await freePort()
    const chatApiEnvironment = {
      ...backend,
      SERVICE_TOKEN_PRIVATE_JWK: keys.privateJwk('chat-api'),
      PUBLIC_ORIGIN: webUrl,
      AUTH_SECRET: randomBytes(32).toString('hex'),
      COOKIE_PREFIX: 'browser-tests',
      // A test sets a provider's key for a while, and the others go on as guests meanwhile.
      GUESTS: 'on',
      AUTH_PROVIDERS: JSON.stringify([
        {
          id: 'company',
          name: 'The company',
          issuer: company.issuer,
          clientId: company.clientId,
          clientSecret: company.clientSecret,
          trusted: true,
          admins: ['it'],
          tiers: { team: ['engineering'] },
        },
      ]),
    }
    const startChatApi = (): Promise<ServiceProcess> =>
      startService({
        name: 'chat-api',
        entry: join(REPOSITORY, 'apps/chat-api/src/main.ts'),
        environment: chatApiEnvironment,
        port: chatApiPort,
      })
    let chatApi = await startChatApi()
    const control = held(
      await startChatApiControl({
        kill: () => chatApi.kill(),
        start: async () => {
          chatApi = await startChatApi()
        },
      }),
    )
    releases.push(() => chatApi.stop())
    held(
      await startService({
        name: 'worker',
        entry: join(REPOSITORY, 'apps/worker/src/main.ts'),
        environment: {
          ...backend,
          PUBLIC_ORIGIN: webUrl,
          SERVICE_TOKEN_PRIVATE_JWK: keys.privateJwk('worker'),
        },
      }),
    )
    held(
      await startService({
        name: 'web',
        entry: join(REPOSITORY, 'apps/web/dist/main.js'),
        environment: {
          ...shared,
          SERVICE_TOKEN_PRIVATE_JWK: keys.privateJwk('web'),
          CHAT_API_URL: `http://127.0.0.1:${chatApiPort}`,
          PUBLIC_ORIGIN: webUrl,
        },
        port: webPort,
      }),
    )
    return {
      webUrl,
      simulatorUrl,
      databaseUrl: database.adminUrl,
      chatApiControlUrl: control.url,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
