import { DeploymentStateChange, DeploymentStatusList } from '@brainlyx/router-contract'
import {
  Lifecycle,
  createHttpApp,
  createLogger,
  createMetrics,
  createServiceTokenSigner,
  listen,
} from '@brainlyx/service-kit'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createAuthenticator } from '../admit/authenticate.ts'
import type { BreakerView } from '../breaker/breakers.ts'
import { soleReplica } from '../coordination/coordination.ts'
import { tableOf } from '../select/table-of.ts'
import { createDeploymentStates } from './deployment-states.ts'
import { registerDeploymentAdministration } from './deployments.routes.ts'
import { wildcardIdOf } from './find-deployment.ts'

const API_KEY = 'a-key-that-calls-models'
const ADMIN_KEY = 'a-key-that-administers'
const digest = (key: string): string => createHash('sha256').update(key).digest('hex')
const keys = { 'chat-api': serviceKey('chat-api'), worker: serviceKey('worker') }

const table = tableOf({ keys: ['openai', 'groq'] })
const HEALTHY: BreakerView = {
  state: 'closed',
  weight: 1,
  failureRate: 0,
  calls: 0,
  consecutiveFailures: 0,
  openUntilMs: undefined,
}
const breakers = new Map<string, BreakerView>([
  ['groq/gpt-oss-20b', { ...HEALTHY, state: 'open', weight: 0, calls: 5, openUntilMs: 31_000.5 }],
])
const IDLE = { inFlight: 0, latencyMs: undefined }
const loads = new Map([['openai/gpt-4.1', { inFlight: 3, latencyMs: 250 }]])

const lines: string[] = []
const logger = createLogger({
  service: 'test',
  level: 'info',
  destination: { write: (line: string) => void lines.push(line) },
})
const lifecycle = new Lifecycle(logger)
let url: string
beforeAll(async () => {
  const states = createDeploymentStates({
    coordination: soleReplica('one'),
    wildcardOf: (id) => wildcardIdOf(table, id),
  })
  lifecycle.register('states', () => states.close())
  const app = createHttpApp({
    logger,
    metrics: createMetrics('test'),
    errorFormat: () => 'openai',
    configure: (into) =>
      registerDeploymentAdministration(into, {
        authenticate: createAuthenticator({
          publicJwks: { keys: Object.values(keys).map(({ publicJwk }) => publicJwk) },
          apiKeyDigests: [digest(API_KEY)],
          adminKeyDigests: [digest(ADMIN_KEY)],
        }),
        table: () => table,
        states,
        breaker: (id) => breakers.get(id) ?? HEALTHY,
        load: (id) => loads.get(id) ?? IDLE,
        headroom: ({ provider }) => (provider.credentials.length === 0 ? -Infinity : 0.25),
        nowMs: () => 1_000,
        logger,
      }),
  })
  const { port } = await listen(lifecycle, app, { name: 'http', host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${port}`
})
beforeEach(() => void lines.splice(0))
afterAll(() => lifecycle.shutdown())

async function call(
  method: 'GET' | 'PUT',
  path: string,
  options: { body?: unknown; authorization?: string } = {},
) {
  const { body, authorization = `Bearer ${ADMIN_KEY}` } = options
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const list = async () =>
  DeploymentStatusList.parse((await call('GET', '/admin/deployments')).body).deployments
const statusOf = async (id: string) => (await list()).find((status) => status.id === id)
const set = (id: string, state: string) =>
  call('PUT', `/admin/deployments/${id}`, { body: { state } })

test('every deployment is listed with what is known of it', async () => {
  expect((await list()).map(({ id }) => id)).toEqual([
    ...table.deployments.keys(),
    'openai/*',
    'anthropic/*',
  ])
  expect(await statusOf('openai/gpt-4.1')).toEqual({
    id: 'openai/gpt-4.1',
    provider: 'openai',
    model: 'gpt-4.1',
    state: 'active',
    changedBy: null,
    changedAt: null,
    breaker: {
      state: 'closed',
      weight: 1,
      failureRate: 0,
      calls: 0,
      consecutiveFailures: 0,
      probeInMs: null,
    },
    inFlight: 3,
    latencyMs: 250,
    headroom: 0.25,
    price: { inputUsdPerMillion: 2, outputUsdPerMillion: 8 },
    tier: 'medium',
    region: null,
  })
  expect(await statusOf('groq/gpt-oss-20b')).toMatchObject({
    breaker: { state: 'open', probeInMs: 30_001 },
  })
  expect(await statusOf('anthropic/claude-haiku-4-5')).toMatchObject({ headroom: 0 })
  expect(await statusOf('anthropic/*')).toMatchObject({ model: '*', price: null })
})

test('a state is set, by an id with its slash as it is or escaped, and taken back', async () => {
  for (const [path, state] of [
    ['openai/gpt-4.1', 'draining'],
    ['openai%2Fgpt-4.1', 'disabled'],
    ['openai/gpt-4.1', 'active'],
  ] as const) {
    const answer = await set(path, state)
    expect(answer.status).toBe(200)
    const { deployment, holdsFor } = DeploymentStateChange.parse(answer.body)
    expect(deployment).toMatchObject({ id: 'openai/gpt-4.1', state })
    expect(holdsFor).toBe('this-replica')
    expect(await statusOf('openai/gpt-4.1')).toEqual(deployment)
  }
})

test('a model that only a wildcard makes is set by its own id, and the wildcard by its', async () => {
  await set('openai/gpt-9', 'draining')
  expect(await statusOf('openai/gpt-9')).toMatchObject({ model: 'gpt-9', state: 'draining' })
  await set('openai/gpt-9', 'active')
  expect(await statusOf('openai/gpt-9')).toBeUndefined()

  expect((await set('openai/*', 'disabled')).body).toMatchObject({
    deployment: { id: 'openai/*', state: 'disabled' },
  })
  expect(await statusOf('openai/gpt-4.1')).toMatchObject({ state: 'active' })
  await set('openai/*', 'active')
})

test('who changed a state is logged and listed: a service, or which administrator’s key', async () => {
  const hint = digest(ADMIN_KEY).slice(0, 8)
  await set('openai/gpt-4.1', 'draining')
  await call('PUT', '/admin/deployments/openai/gpt-4.1', {
    body: { state: 'active' },
    authorization: await serviceToken('chat-api'),
  })
  const logged = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === 'the state of a deployment was set')
  expect(logged).toMatchObject([
    { deployment: 'openai/gpt-4.1', before: 'active', state: 'draining', by: `admin-key ${hint}` },
    { deployment: 'openai/gpt-4.1', before: 'draining', state: 'active', by: 'chat-api' },
  ])
  expect(lines.join('')).not.toContain(ADMIN_KEY)
  const { changedBy, changedAt } = (await statusOf('openai/gpt-4.1'))!
  expect(changedBy).toBe('chat-api')
  expect(Date.parse(changedAt!)).toBeLessThanOrEqual(Date.now() + 1_000)
})

test.each([
  ['another word', { state: 'paused' }],
  ['nothing', {}],
  ['a list', []],
])('%s is no state', async (_name, body) => {
  expect(await call('PUT', '/admin/deployments/openai/gpt-4.1', { body })).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid-request' } },
  })
})

test.each(['groq/none', 'none', '__proto__', 'openai/'])('%s is no deployment', async (id) => {
  expect(await set(id, 'draining')).toMatchObject({
    status: 404,
    body: { error: { code: expect.stringMatching(/not-found$/) } },
  })
})

test('nobody but an administrator may see or change them', async () => {
  const callers: [string, number][] = [
    ['', 401],
    ['Bearer wrong', 401],
    [await serviceToken('chat-api', 'chat-api'), 401],
    [`Bearer ${API_KEY}`, 403],
    [await serviceToken('worker'), 403],
  ]
  for (const [authorization, status] of callers) {
    expect((await call('GET', '/admin/deployments', { authorization })).status).toBe(status)
    const body = { state: 'disabled' }
    for (const id of ['groq/gpt-oss-20b', 'none']) {
      const answer = await call('PUT', `/admin/deployments/${id}`, { body, authorization })
      expect(answer.status).toBe(status)
    }
  }
  expect(await statusOf('groq/gpt-oss-20b')).toMatchObject({ state: 'active' })
})

async function serviceToken(service: 'chat-api' | 'worker', audience = 'provider-router') {
  const { privateJwk } = keys[service]
  return `Bearer ${await createServiceTokenSigner({ privateJwk }).sign(audience)}`
}

function serviceKey(name: string) {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { crv, d, x } = privateKey.export({ format: 'jwk' })
  const publicJwk = { kty: 'OKP' as const, crv: crv!, x: x!, kid: name }
  return { publicJwk, privateJwk: { ...publicJwk, d: d! } }
}
