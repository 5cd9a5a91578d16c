import { embeddingOf, startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { eventually } from '@brainlyx/testkit'
import { EmbeddingsResponse, OpenAiErrorBody } from '@brainlyx/router-contract'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { explain } from './ask-router.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

/** The longest window there is, for machines that are slow. */
const YAML = `
embeddingBatchMs: 100
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] }
  gemini: { kind: gemini, name: Gemini, baseUrl: '\${SIMULATOR}', keys: [key-of-gemini] }
deployments:
  - { id: embeds, provider: openai, model: text-embedding-3-small }
  - { id: embeds-large, provider: openai, model: text-embedding-3-large }
  - { id: embeds-gemini, provider: gemini, model: gemini-embedding-001 }
  - { id: chats, provider: anthropic, model: claude-haiku-4-5 }
models:
  embeddings: { name: Embeddings, deployments: [embeds, embeds-large] }
`

let simulator: Simulator
let router: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
})
beforeEach(async () => {
  simulator.clear()
  router = await startRouterUnderTest({ yaml: YAML, environment: { SIMULATOR: simulator.url } })
  return () => router.close()
})
afterAll(() => simulator.close())

async function embed(
  body: object,
  headers: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
) {
  const response = await fetch(`${router.url}/v1/embeddings`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${router.client.apiKey}`,
      ...headers,
    },
    body: JSON.stringify({ model: 'embeds', encoding_format: 'float', ...body }),
    ...(signal === undefined ? {} : { signal }),
  })
  const document: unknown = await response.json()
  const { data, usage } = response.ok
    ? EmbeddingsResponse.parse(document)
    : { data: [], usage: undefined }
  return {
    status: response.status,
    headers: response.headers,
    vectors: data.map(({ embedding }) => embedding),
    tokens: usage?.total_tokens,
    error: response.ok ? undefined : OpenAiErrorBody.parse(document).error,
  }
}
const texts = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `lighthouse number ${index} of the coast`)

test.each(['embeds', 'embeds-gemini'])(
  'thirty calls at once become few, and everybody gets their own vectors (%s)',
  async (model) => {
    const inputs = texts(30)
    const answers = await Promise.all(inputs.map((input) => embed({ model, input })))
    expect(answers.map(({ status }) => status)).toEqual(inputs.map(() => 200))
    for (const [index, { vectors }] of answers.entries()) {
      expect(vectors).toEqual([embeddingOf(inputs[index]!)])
    }
    expect(simulator.attempts().length).toBeLessThanOrEqual(5)
  },
)

test('what the provider counted is shared out among the callers', async () => {
  const answers = await Promise.all(texts(10).map((input) => embed({ input })))
  const counted = simulator.attempts().reduce((sum, { tokensIn }) => sum + tokensIn, 0)
  expect(answers.reduce((sum, { tokens }) => sum + tokens!, 0)).toBe(counted)
})

test('lists stay together, in their order', async () => {
  const [one, other] = [texts(3), texts(5).toReversed()]
  const [first, second] = await Promise.all([embed({ input: one }), embed({ input: other })])
  expect(first.vectors).toEqual(one.map((text) => embeddingOf(text)))
  expect(second.vectors).toEqual(other.map((text) => embeddingOf(text)))
})

test('other dimensions, users, keys and regions are not mixed', async () => {
  const input = 'a lighthouse'
  const [plain, short] = await Promise.all([
    embed({ input }),
    embed({ input, dimensions: 256 }),
    embed({ input, user: 'another' }),
    embed({ input }, { authorization: `Bearer ${router.otherClient.apiKey}` }),
    embed({ input }, { 'x-brainlyx-region': 'eu' }),
  ])
  expect(plain.vectors).toEqual([embeddingOf(input)])
  expect(short.vectors).toEqual([embeddingOf(input, 256)])
  expect(simulator.attempts()).toHaveLength(5)
})

test('what the provider does not accept of one caller fails that caller alone', async () => {
  // First all of them together, and then one of them by itself.
  simulator.setFault({ fault: '400', times: 2 })
  const inputs = texts(5)
  const answers = await Promise.all(inputs.map((input) => embed({ input })))
  expect(answers.filter(({ status }) => status === 400)).toMatchObject([
    { error: { code: 'invalid-request' } },
  ])
  for (const [index, { status, vectors }] of answers.entries()) {
    if (status === 200) expect(vectors).toEqual([embeddingOf(inputs[index]!)])
  }
  expect(simulator.attempts()).toHaveLength(6)
})

test('a failure of the provider goes to the next deployment for all', async () => {
  simulator.setFault({ model: 'text-embedding-3-small', fault: '503' })
  const inputs = texts(5)
  const answers = await Promise.all(inputs.map((input) => embed({ model: 'embeddings', input })))
  for (const [index, { headers, vectors }] of answers.entries()) {
    expect(headers.get('x-brainlyx-deployment')).toBe('embeds-large')
    expect(vectors).toEqual([embeddingOf(inputs[index]!)])
  }
  const decision = await explain(router, {
    decision: answers[0]!.headers.get('x-brainlyx-decision'),
  })
  expect(decision).toMatchObject({
    kind: 'embedding',
    outcome: { type: 'answered', deployment: 'embeds-large' },
  })
})

test('one caller’s leaving does not hurt the others of its batch, and the last one’s ends the call', async () => {
  simulator.setFault({ fault: 'slow-first-token-300' })
  const leaving = [new AbortController(), new AbortController()]
  const begin = () =>
    leaving.map(({ signal }, index) =>
      embed({ input: `caller ${index}` }, {}, signal).catch((error: Error) => error.name),
    )
  const [left, stayed] = begin()
  await eventually(() => expect(simulator.attempts()).toHaveLength(1))
  leaving[0]!.abort()
  expect(await left).toBe('AbortError')
  expect(await stayed).toMatchObject({ vectors: [embeddingOf('caller 1')] })

  leaving[0] = new AbortController()
  const both = begin()
  await eventually(() => expect(simulator.attempts()).toHaveLength(2))
  for (const each of leaving) each.abort()
  expect(await Promise.all(both)).toEqual(['AbortError', 'AbortError'])
  await eventually(() => expect(simulator.attempts()[1]!.endedBy).toBe('client-abort'))
})

test('a model that makes no embeddings says so', async () => {
  expect(await embed({ model: 'chats', input: 'a' })).toMatchObject({
    status: 400,
    error: { code: 'unsupported-capability' },
  })
})
