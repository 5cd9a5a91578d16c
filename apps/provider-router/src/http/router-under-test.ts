import {
  Lifecycle,
  createLogger,
  createMetrics,
  createServiceTokenSigner,
  listen,
} from '@brainlyx/service-kit'
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Express } from 'express'
import OpenAI from 'openai'
import { createAuthenticator } from '../admit/authenticate.ts'
import { assembleRouter } from '../assemble-router.ts'
import { parseRouterFile } from '../config/parse-router-file.ts'
import { connectCoordination } from '../coordination/connect-coordination.ts'
import { soleReplica } from '../coordination/coordination.ts'
import type { Coordination } from '../coordination/coordination.ts'
import { createApp } from '../create-app.ts'
import { openKeyFile } from '../credential/key-file.ts'
import type { AppDependencies } from './app-dependencies.ts'

const API_KEY = 'a-key-of-the-tests'
const OTHER_API_KEY = 'another-key-of-the-tests'
const ADMIN_KEY = 'an-administrator-of-the-tests'

export interface RouterUnderTest {
  readonly url: string
  /** The official SDK, which retries nothing. */
  readonly client: OpenAI
  /** The same with another key. */
  readonly otherClient: OpenAI
  /** As an administrator. */
  admin(path: string, init?: RequestInit): Promise<Response>
  readonly app: Express
  readonly parts: AppDependencies
  readonly coordination: Coordination
  /** What the router's log has said so far, and what its metrics say. */
  readonly log: () => string
  readonly metrics: () => Promise<string>
  /** `authorization` of one of our own services. */
  serviceToken(service: 'chat-api' | 'worker', audience?: string): Promise<string>
  /** The same, of an hour ago. */
  expiredToken(service: 'chat-api' | 'worker'): Promise<string>
  close(): Promise<void>
}

/** The whole router on a free port, in this process, with its real parts. */
export async function startRouterUnderTest(options: {
  yaml: string
  environment?: Readonly<Record<string, string>>
  simulatorUrl?: string
  keysFile?: string
  /** Makes it one of several replicas. */
  redisUrl?: string
  region?: string
}): Promise<RouterUnderTest> {
  const lines: string[] = []
  const logger = createLogger({
    service: 'provider-router',
    level: 'debug',
    destination: { write: (line: string) => void lines.push(line) },
  })
  const metrics = createMetrics('provider-router')
  const lifecycle = new Lifecycle(logger)
  const services = { 'chat-api': serviceKey('chat-api'), worker: serviceKey('worker') }
  const digest = (key: string): string => createHash('sha256').update(key).digest('hex')
  const replicaId = randomBytes(4).toString('hex')
  const coordination =
    options.redisUrl === undefined
      ? soleReplica(replicaId)
      : connectCoordination({ redisUrl: options.redisUrl, logger, replicaId })
  lifecycle.register('coordination', () => coordination.close())
  const file = parseRouterFile(options.yaml, options.environment ?? {}, 'test')
  const parts = assembleRouter({
    logger,
    metrics,
    lifecycle,
    authenticate: createAuthenticator({
      publicJwks: { keys: Object.values(services).map((service) => service.publicJwk) },
      apiKeyDigests: [digest(API_KEY), digest(OTHER_API_KEY)],
      adminKeyDigests: [digest(ADMIN_KEY)],
    }),
    coordination,
    keyFile: await openKeyFile(options.keysFile),
    file: () => file,
    simulatorUrl: options.simulatorUrl,
    region: options.region,
  })
  const app = createApp(parts)
  const { port, server } = await listen(lifecycle, app, {
    name: 'http',
    host: '127.0.0.1',
    port: 0,
  })
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: API_KEY, maxRetries: 0 }),
    otherClient: new OpenAI({ baseURL: `${url}/v1`, apiKey: OTHER_API_KEY, maxRetries: 0 }),
    admin: (path, init) =>
      fetch(`${url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      }),
    app,
    parts,
    coordination,
    log: () => lines.join(''),
    metrics: () => metrics.registry.metrics(),
    async serviceToken(service, audience = 'provider-router') {
      const { privateJwk } = services[service]
      return `Bearer ${await createServiceTokenSigner({ privateJwk }).sign(audience)}`
    },
    async expiredToken(service) {
      const { privateJwk } = services[service]
      const signer = createServiceTokenSigner({ privateJwk, now: () => Date.now() - 3_600_000 })
      return `Bearer ${await signer.sign('provider-router')}`
    },
    async close() {
      server.closeAllConnections()
      await lifecycle.shutdown()
    },
  }
}

function serviceKey(name: string) {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { crv, d, x } = privateKey.export({ format: 'jwk' })
  const publicJwk = { kty: 'OKP' as const, crv: crv!, x: x!, kid: name }
  return { publicJwk, privateJwk: { ...publicJwk, d: d! } }
}
