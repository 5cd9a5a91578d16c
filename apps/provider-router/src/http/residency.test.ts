import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { askRouter, explain, newPrompt } from './ask-router.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

/** Each provider's deployment has a model of its own, by which the providers' log tells them apart. */
const YAML = `
providers:
  anywhere: { kind: openai, name: Anywhere, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-anywhere] }
  america: { kind: openai, name: America, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-america], residency: [us] }
  europe: { kind: openai, name: Europe, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-europe], residency: [eu] }
  europe-too: { kind: openai, name: Europe too, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-europe-too], residency: [eu, ch] }
deployments:
  - { id: anywhere, provider: anywhere, model: gpt-4.1 }
  - { id: america, provider: america, model: gpt-4.1-mini }
  - { id: europe, provider: europe, model: gpt-4.1-nano }
  - { id: europe-too, provider: europe-too, model: gpt-5-mini }
  - { id: embedding-anywhere, provider: anywhere, model: text-embedding-3-small }
  - { id: embedding-europe, provider: europe, model: text-embedding-3-large }
models:
  auto: { name: Auto, deployments: [anywhere, america, europe] }
  abroad: { name: Abroad, deployments: [anywhere, america] }
  standing-by: { name: Standing by, deployments: [europe], fallbacks: { unavailable: [anywhere, europe-too], any: [america] } }
  european: { name: European, residency: [eu], deployments: [anywhere, america, europe] }
  embeddings: { name: Embeddings, deployments: [embedding-anywhere, embedding-europe] }
`
const MODELS: Readonly<Record<string, string>> = {
  anywhere: 'gpt-4.1',
  america: 'gpt-4.1-mini',
  europe: 'gpt-4.1-nano',
  'europe-too': 'gpt-5-mini',
}

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

const ask = (model: string, residency?: string, stream = false) =>
  askRouter(router, {
    model,
    prompt: newPrompt(),
    stream,
    ...(residency === undefined ? {} : { headers: { 'x-brainlyx-residency': residency } }),
  })
/** The models that the providers have seen anything of. */
const seen = (): string[] => [...new Set(simulator.attempts().map(({ model }) => model))]

test.each([
  ['eu', 'europe'],
  ['us', 'america'],
  ['ch, eu', 'europe'],
])('a request that may be worked on in %s goes to %s and nowhere else', async (residency, id) => {
  const answer = await ask('auto', residency)
  expect(answer).toMatchObject({ status: 200, deployment: id })
  expect(seen()).toEqual([MODELS[id]])
  expect((await explain(router, answer)).dropped).toContainEqual({
    deployment: 'anywhere',
    why: `promises no region, and ${residency.replace(', ', ' or ')} is allowed`,
  })
})

test('a request that says nothing may go anywhere', async () => {
  expect(await ask('auto')).toMatchObject({ deployment: 'anywhere' })
})

test.each([
  ['a virtual model without a place that promises it', 'abroad', 'eu'],
  ['a model that the caller named', 'anywhere', 'eu'],
  ['a provider’s own name of a model', 'gpt-4.1', 'eu'],
  ['a region that nobody promises', 'auto', 'jp'],
  ['what the model’s configuration does not allow', 'european', 'us'],
])('%s is refused, and no provider sees anything', async (_, model, residency) => {
  for (const stream of [false, true]) {
    expect(await ask(model, residency, stream)).toMatchObject({
      status: 400,
      error: { code: 'residency-not-promised', retryable: false },
    })
  }
  expect(seen()).toEqual([])
})

test('when the one place that promises it fails, the request fails', async () => {
  simulator.setFault({ model: MODELS['europe']!, fault: '503' })
  expect(await ask('auto', 'eu')).toMatchObject({ status: 503 })
  expect(seen()).toEqual([MODELS['europe']])
})

test.each(['503', 'cut-after-5'])(
  'of those that stand by only the ones that promise it take over (%s)',
  async (fault) => {
    simulator.setFault({ model: MODELS['europe']!, fault })
    expect(await ask('standing-by', 'eu', true)).toMatchObject({ status: 200, done: true })
    expect(seen()).toEqual([MODELS['europe'], MODELS['europe-too']])
  },
)

test('a model that is configured for a region keeps to it without being told', async () => {
  expect(await ask('european')).toMatchObject({ status: 200, deployment: 'europe' })
  simulator.setFault({ model: MODELS['europe']!, fault: '503' })
  expect(await ask('european')).toMatchObject({ status: 503 })
  expect(seen()).toEqual([MODELS['europe']])
})

test.each(['', 'EU', 'eu;us', 'eu,', ', eu', 'e u', '*', 'eu, Us', '"eu"', 'eu\tus'])(
  'residency %j cannot be read: it is refused, never ignored',
  async (residency) => {
    expect(await ask('auto', residency)).toMatchObject({
      status: 400,
      error: { code: 'invalid-request', param: 'x-brainlyx-residency' },
    })
    expect(seen()).toEqual([])
  },
)

test('embeddings keep to it too', async () => {
  const embed = async (model: string) => {
    const response = await fetch(`${router.url}/v1/embeddings`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${router.client.apiKey}`,
        'x-brainlyx-residency': 'eu',
      },
      body: JSON.stringify({ model, input: 'a lighthouse' }),
    })
    return { status: response.status, body: await response.json() }
  }
  expect(await embed('embeddings')).toMatchObject({ status: 200 })
  expect(await embed('embedding-anywhere')).toMatchObject({
    status: 400,
    body: { error: { code: 'residency-not-promised' } },
  })
  expect(seen()).toEqual(['text-embedding-3-large'])
})
