import { ProviderStatusList } from '@brainlyx/router-contract'
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

const YAML = `
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${REAL}/v1', keys: ['\${OPENAI_API_KEY}'], keyPage: 'https://example.test/keys' }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${REAL}', keys: [] }
  gemini: { kind: gemini, name: Gemini, baseUrl: '\${REAL}', keys: [] }
  groq: { kind: groq, name: Groq, baseUrl: '\${REAL}', keys: [] }
  away: { kind: openai, name: Away, baseUrl: 'http://127.0.0.1:9/v1', keys: [] }
deployments:
  - { id: openai/gpt-4.1, provider: openai, model: gpt-4.1 }
  - { id: anthropic/claude-haiku-4-5, provider: anthropic, model: claude-haiku-4-5 }
models:
  auto: { name: Auto, deployments: [openai/gpt-4.1, anthropic/claude-haiku-4-5] }
`
const KEY = 'sk-live-0123456789-wxyz'

/** One stands in for the providers, the other is the simulator that plays them while no key is set. */
let real: Simulator
let simulator: Simulator
let folder: string
let keysFile: string
let router: RouterUnderTest
beforeAll(async () => {
  real = await startSimulator()
  simulator = await startSimulator()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provider-keys-'))
  keysFile = join(folder, 'keys.json')
  router = await start()
})
afterEach(async () => {
  await router.close()
  await rm(folder, { recursive: true })
  real.clear()
})
afterAll(async () => {
  await real.close()
  await simulator.close()
})

function start(environment: Record<string, string> = {}, file: string | undefined = keysFile) {
  return startRouterUnderTest({
    yaml: YAML,
    environment: { REAL: real.url, ...environment },
    simulatorUrl: simulator.url,
    ...(file === undefined ? {} : { keysFile: file }),
  })
}

async function call(method: string, path: string, body?: unknown, from = router) {
  const response = await fetch(`${from.url}${path}`, {
    method,
    headers: {
      authorization: await from.serviceToken('chat-api'),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const sources = async (from = router): Promise<Record<string, string>> => {
  const list = ProviderStatusList.parse(
    (await call('GET', '/admin/providers', undefined, from)).body,
  )
  return Object.fromEntries(list.providers.map(({ id, keySource }) => [id, keySource]))
}

const ask = async (from = router): Promise<void> => {
  await from.client.chat.completions.create({
    model: 'auto',
    messages: [{ role: 'user', content: 'Hi' }],
  })
}

test('a key that is set is tested, kept for its owner alone, and used at once; removed, the simulator plays again', async () => {
  expect(await sources()).toMatchObject({ openai: 'simulator', anthropic: 'simulator' })
  await ask()
  expect(real.attempts()).toEqual([])

  const set = await call('PUT', '/admin/providers/openai/key', { key: ` ${KEY}\n` })
  expect(set).toEqual({
    status: 200,
    body: {
      id: 'openai',
      kind: 'openai',
      name: 'OpenAI',
      keySource: 'settings',
      keyHint: 'wxyz',
      keyPage: 'https://example.test/keys',
    },
  })
  expect(await sources()).toMatchObject({ openai: 'settings', anthropic: 'none' })
  expect(JSON.parse(await readFile(keysFile, 'utf8'))).toEqual({ openai: KEY })
  await ask()
  expect(real.attempts().map(({ keyHint }) => keyHint)).toEqual(['wxyz'])

  const next = await start()
  expect(await sources(next)).toMatchObject({ openai: 'settings' })
  await next.close()

  expect(await call('DELETE', '/admin/providers/openai/key')).toMatchObject({ status: 200 })
  expect(await sources()).toMatchObject({ openai: 'simulator', anthropic: 'simulator' })
  expect(JSON.parse(await readFile(keysFile, 'utf8'))).toEqual({})
})

test.each(['openai', 'anthropic', 'gemini', 'groq'])(
  '%s: a key that the provider refuses is not kept, and nowhere repeated',
  async (provider) => {
    const answer = await call('PUT', `/admin/providers/${provider}/key`, {
      key: 'sk-bad-key-CANARY',
    })
    expect(answer).toMatchObject({
      status: 422,
      body: { error: { code: 'provider-key-rejected' } },
    })
    expect(JSON.stringify(answer)).not.toContain('CANARY')
    expect(router.log()).not.toContain('CANARY')
    expect(await sources()).toMatchObject({ [provider]: 'simulator' })
  },
)

test.each(['openai', 'anthropic', 'gemini', 'groq'])(
  '%s: a good key is accepted',
  async (provider) => {
    expect((await call('PUT', `/admin/providers/${provider}/key`, { key: KEY })).status).toBe(200)
  },
)

test('a provider that cannot be reached leaves the key untested and not kept', async () => {
  const answer = await call('PUT', '/admin/providers/away/key', { key: KEY })
  expect(answer).toMatchObject({
    status: 502,
    body: { error: { code: 'provider-key-not-tested', retryable: true } },
  })
  expect(await sources()).toMatchObject({ away: 'simulator' })
  expect(router.log()).not.toContain(KEY)
})

test('a key from the environment is replaced by one from the settings, and comes back', async () => {
  const other = await start({ OPENAI_API_KEY: 'sk-from-the-environment' })
  expect(await sources(other)).toMatchObject({ openai: 'environment', groq: 'none' })
  await call('PUT', '/admin/providers/openai/key', { key: KEY }, other)
  expect(await sources(other)).toMatchObject({ openai: 'settings' })
  await ask(other)
  expect(real.attempts().at(-1)?.keyHint).toBe('wxyz')
  await call('DELETE', '/admin/providers/openai/key', undefined, other)
  expect(await sources(other)).toMatchObject({ openai: 'environment' })
  await other.close()
})

test.each([
  ['a short one', { key: 'short' }],
  ['one with a space inside', { key: 'sk-0123 456789' }],
  ['one that is no text', { key: 12345678 }],
  ['none', {}],
])('%s is no key', async (_name, body) => {
  expect(await call('PUT', '/admin/providers/openai/key', body)).toMatchObject({
    status: 400,
    body: { error: { param: 'key' } },
  })
})

test('a provider that is not configured has no key', async () => {
  for (const method of ['PUT', 'DELETE']) {
    const body = method === 'PUT' ? { key: KEY } : undefined
    expect(await call(method, '/admin/providers/__proto__/key', body)).toMatchObject({
      status: 404,
    })
  }
})

test('where no key file is configured nothing can be set', async () => {
  await router.close()
  router = await startRouterUnderTest({ yaml: YAML, environment: { REAL: real.url } })
  expect((await call('GET', '/admin/providers')).body).toMatchObject({ editable: false })
  for (const method of ['PUT', 'DELETE']) {
    const body = method === 'PUT' ? { key: KEY } : undefined
    expect(await call(method, '/admin/providers/openai/key', body)).toMatchObject({
      status: 409,
      body: { error: { code: 'provider-keys-not-editable' } },
    })
  }
})

test('only chat-api may see or set keys: no other service, and no holder of an API key', async () => {
  const callers = [await router.serviceToken('worker'), `Bearer ${router.client.apiKey}`]
  for (const authorization of callers) {
    for (const [method, path] of [
      ['GET', '/admin/providers'],
      ['PUT', '/admin/providers/openai/key'],
      ['DELETE', '/admin/providers/openai/key'],
    ] as const) {
      const response = await fetch(`${router.url}${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(method === 'PUT' ? { body: JSON.stringify({ key: KEY }) } : {}),
      })
      expect(response.status).toBe(403)
    }
  }
  expect(await sources()).toMatchObject({ openai: 'simulator' })
})
