import { ModelList } from '@brainlyx/router-contract'
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

let simulator: Simulator
let router: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  router = await startRouterUnderTest({
    yaml: readFileSync(new URL('../../router.yaml', import.meta.url), 'utf8'),
    simulatorUrl: simulator.url,
  })
})
afterAll(async () => {
  await router.close()
  await simulator.close()
})

const hello = { model: 'auto', messages: [{ role: 'user', content: 'Hello' }] }

async function send(
  path: string,
  options: { body?: unknown; raw?: string; headers?: Record<string, string>; method?: string } = {},
): Promise<{
  status: number
  body: { error?: Record<string, unknown> } & Record<string, unknown>
}> {
  const body =
    options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
  const response = await fetch(`${router.url}${path}`, {
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      authorization: `Bearer ${router.client.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const ROUTES: [string, string, unknown][] = [
  ['POST', '/v1/chat/completions', hello],
  ['POST', '/v1/embeddings', { model: 'openai/text-embedding-3-small', input: 'a' }],
  ['GET', '/v1/models', undefined],
  ['GET', '/v1/models/auto', undefined],
  ['GET', '/admin/providers', undefined],
  ['PUT', '/admin/providers/openai/key', { key: 'sk-0123456789' }],
  ['DELETE', '/admin/providers/openai/key', undefined],
]

test.each(ROUTES)(
  '%s %s lets nobody in without a good key or token',
  async (method, path, body) => {
    const refusals: { authorization?: string }[] = [
      {},
      { authorization: 'Basic YTpi' },
      { authorization: 'Bearer wrong' },
      { authorization: 'Bearer a.b.c' },
      { authorization: await router.serviceToken('worker', 'chat-api') },
    ]
    for (const headers of refusals) {
      const { authorization = '' } = headers
      const answer = await send(path, { method, body, headers: { authorization } })
      expect(answer).toMatchObject({
        status: 401,
        body: { error: { type: 'authentication_error' } },
      })
    }
  },
)

test('our own services are let in by their token', async () => {
  const authorization = await router.serviceToken('worker')
  expect((await send('/v1/models', { headers: { authorization } })).status).toBe(200)
  const answer = await send('/v1/chat/completions', { body: hello, headers: { authorization } })
  expect(answer.status).toBe(200)
})

test.each([
  ['no model', { ...hello, model: undefined }, 'model'],
  ['no messages', { ...hello, messages: [] }, 'messages'],
  [
    'an unknown role',
    { ...hello, messages: [{ role: 'wizard', content: 'x' }] },
    'messages[0].role',
  ],
  ['a wrong number', { ...hello, temperature: 9 }, 'temperature'],
  ['a list for a body', [], null],
])('%s is a 400 that names the parameter', async (_name, body, param) => {
  expect(await send('/v1/chat/completions', { body })).toMatchObject({
    status: 400,
    body: {
      error: { type: 'invalid_request_error', code: 'invalid-request', param, retryable: false },
    },
  })
})

test.each([
  ['broken JSON', '{"model":', 400, 'malformed-body'],
  ['NUL in a string', JSON.stringify({ ...hello, user: '\0' }), 400, 'malformed-body'],
  ['JSON too deep', `${'['.repeat(200)}${']'.repeat(200)}`, 400, 'malformed-body'],
])('%s is refused', async (_name, raw, status, code) => {
  expect(await send('/v1/chat/completions', { raw })).toMatchObject({
    status,
    body: { error: { code } },
  })
})

test('another media type, and a body beyond 32 MiB, are refused', async () => {
  const text = await send('/v1/chat/completions', {
    raw: 'x',
    headers: { 'content-type': 'text/plain' },
  })
  expect(text).toMatchObject({ status: 415, body: { error: { code: 'unsupported-media-type' } } })
  const large = JSON.stringify({ ...hello, user: 'x'.repeat(33 * 1024 * 1024) })
  expect(await send('/v1/chat/completions', { raw: large })).toMatchObject({ status: 413 })
})

test('a model that nobody has is 404 and names its parameter', async () => {
  expect(
    await send('/v1/chat/completions', { body: { ...hello, model: 'gpt-999' } }),
  ).toMatchObject({
    status: 404,
    body: {
      error: {
        // As OpenAI says it, and as we do.
        code: 'model_not_found',
        problem: 'model-not-found',
        param: 'model',
        type: 'not_found_error',
      },
    },
  })
  expect(await send('/v1/models/gpt-999')).toMatchObject({ status: 404 })
})

test('an unknown path is 404 in OpenAI’s shape', async () => {
  expect(await send('/v1/nothing')).toMatchObject({
    status: 404,
    body: { error: { code: 'not-found' } },
  })
})

test('the models are listed, and each is found by its id, however a client writes its slashes', async () => {
  const { data } = ModelList.parse((await send('/v1/models')).body)
  expect(data.slice(0, 3).map(({ id }) => id)).toEqual(['auto', 'fast', 'best'])
  expect(data.every(({ brainlyx }) => brainlyx.simulated)).toBe(true)
  for (const model of data) {
    expect(await router.client.models.retrieve(model.id)).toEqual(model)
    expect((await send(`/v1/models/${model.id}`)).body).toEqual(model)
  }
})

test('every model of the shipped file answers', async () => {
  const { data } = ModelList.parse((await send('/v1/models')).body)
  for (const { id } of data) {
    const answer = await router.client.chat.completions.create({
      model: id,
      messages: [{ role: 'user', content: 'Hello' }],
    })
    expect(answer.choices[0]?.message.content).toContain('Hello')
  }
  expect(router.log()).not.toContain('without a known price')
})

test.each(['openai/text-embedding-3-small', 'gemini/gemini-embedding-001'])(
  '%s makes embeddings, also in the base64 that OpenAI’s SDK asks for',
  async (model) => {
    const input = ['a lighthouse', 'a harbour', 'a lighthouse']
    const asFloats = await router.client.embeddings.create({
      model,
      input,
      encoding_format: 'float',
    })
    const { data } = await router.client.embeddings.create({ model, input })
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(data[0]?.embedding.length).toBeGreaterThan(100)
    expect(data[2]?.embedding).toEqual(data[0]?.embedding)
    expect(data[1]?.embedding).not.toEqual(data[0]?.embedding)
    for (const [at, value] of data[0]!.embedding.entries()) {
      expect(value).toBeCloseTo(asFloats.data[0]!.embedding[at]!, 6)
    }
  },
)

test('a model that makes no embeddings says so', async () => {
  const body = { model: 'anthropic/claude-haiku-4-5', input: 'a' }
  expect(await send('/v1/embeddings', { body })).toMatchObject({
    status: 400,
    body: { error: { code: 'unsupported-capability' } },
  })
})
