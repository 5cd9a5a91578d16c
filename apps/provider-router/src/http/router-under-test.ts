import {
  Lifecycle,
  createLogger,
  createMetrics,
  createServiceTokenSigner,
  listen,
} from '@brainlyx/service-kit'
import { generateKeyPairSync, randomUUIDv7 } from 'node:crypto'
import { createHash } from 'node:crypto'
import OpenAI from 'openai'
import { observeAttempts } from '../account/observe-attempts.ts'
import { adapterFor } from '../adapters/adapter-for.ts'
import { createAuthenticator } from '../admit/authenticate.ts'
import { parseRouterFile } from '../config/parse-router-file.ts'
import { createApp } from '../create-app.ts'
import { createCredentialHealth } from '../credential/credential-health.ts'
import { openKeyFile } from '../credential/key-file.ts'
import { buildRoutingTable } from '../select/routing-table.ts'

const API_KEY = 'a-key-of-the-tests'

export interface RouterUnderTest {
  readonly url: string
  /** The official SDK, which retries nothing. */
  readonly client: OpenAI
  /** What the router's log has said so far, and what its metrics say. */
  readonly log: () => string
  readonly metrics: () => Promise<string>
  /** `authorization` of one of our own services. */
  serviceToken(service: 'chat-api' | 'worker', audience?: string): Promise<string>
  close(): Promise<void>
}

/** The whole router on a free port, in this process, with its real parts. */
export async function startRouterUnderTest(options: {
  yaml: string
  environment?: Readonly<Record<string, string>>
  simulatorUrl?: string
  keysFile?: string
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
  const nowMs = (): number => performance.now()
  const keyFile = await openKeyFile(options.keysFile)
  const file = parseRouterFile(options.yaml, options.environment ?? {}, 'test')
  const build = () =>
    buildRoutingTable({ file, settingsKeys: keyFile.keys, simulatorUrl: options.simulatorUrl })
  let table = build()
  const app = createApp({
    logger,
    metrics,
    authenticate: createAuthenticator({
      publicJwks: { keys: Object.values(services).map((service) => service.publicJwk) },
      apiKeyDigests: [createHash('sha256').update(API_KEY).digest('hex')],
    }),
    adapterFor,
    calls: {
      health: createCredentialHealth(nowMs),
      observe: observeAttempts({ logger, metrics }),
      nowMs,
      random: () => 0,
      sleep: async () => {},
      newAttemptId: () => randomUUIDv7(),
    },
    keyFile,
    table: () => table,
    rebuild: () => {
      table = build()
    },
  })
  const { port, server } = await listen(lifecycle, app, {
    name: 'http',
    host: '127.0.0.1',
    port: 0,
  })
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: API_KEY, maxRetries: 0 }),
    log: () => lines.join(''),
    metrics: () => metrics.registry.metrics(),
    async serviceToken(service, audience = 'provider-router') {
      const { privateJwk } = services[service]
      return `Bearer ${await createServiceTokenSigner({ privateJwk }).sign(audience)}`
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
