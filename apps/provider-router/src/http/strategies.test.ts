import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { DEPLOYMENT_HEADER } from '@brainlyx/router-contract'
import { eventually } from '@brainlyx/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askRouter, deploymentsAt, explain, newPrompt, sendQuestion } from './ask-router.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

const price = (input: number, output: number, cached = input): string =>
  `price: { inputUsdPerMillion: ${input}, outputUsdPerMillion: ${output}, cachedInputUsdPerMillion: ${cached} }`

const YAML = `
style: raw
roundTripsMs: { eu: { eu: 10, us: 90 }, us: { eu: 90, us: 10 }, ap: { eu: 3000, us: 1000 } }
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  europe: { kind: openai, name: Europe, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-europe], region: eu }
  america: { kind: openai, name: America, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-america], region: us }
deployments:
  - { id: one, provider: openai, model: gpt-4.1, weight: 5 }
  - { id: two, provider: openai, model: gpt-4.1-mini, weight: 3 }
  - { id: three, provider: openai, model: gpt-4.1-nano, weight: 2 }
  - { id: left, provider: openai, model: gpt-4.1+tps-20, ${price(1, 1)} }
  - { id: right, provider: openai, model: gpt-4.1+tps-20, ${price(1, 1)} }
  - { id: quick, provider: openai, model: gpt-4.1+ttft-1, ${price(1, 1)} }
  - { id: slow, provider: openai, model: gpt-4.1+ttft-300, ${price(1, 1)} }
  - { id: europe, provider: europe, model: gpt-4.1 }
  - { id: america, provider: america, model: gpt-4.1 }
  - { id: small, provider: openai, model: gpt-4.1-nano, tier: small, ${price(0.1, 0.4)} }
  - { id: medium, provider: openai, model: gpt-4.1-mini, tier: medium, ${price(1, 4)} }
  - { id: large, provider: openai, model: gpt-4.1, tier: large, ${price(5, 20)} }
  - { id: keeps, provider: openai, model: gpt-4.1, tier: large, ${price(3, 1, 0.1)} }
  - { id: keeps-not, provider: openai, model: gpt-4.1-mini, tier: large, ${price(2, 1)} }
models:
  in-turn: { name: In turn, strategy: round-robin, deployments: [one, two, three] }
  by-weight: { name: By weight, strategy: weighted, deployments: [one, two, three] }
  by-load: { name: By load, strategy: least-loaded, deployments: [left, right] }
  by-latency: { name: By latency, strategy: lowest-latency, deployments: [slow, quick] }
  by-place: { name: By place, strategy: geographic, deployments: [america, europe] }
  by-cost: { name: By cost, strategy: cheapest, deployments: [large, medium, small] }
  by-cost-kept: { name: By cost, strategy: cheapest, deployments: [keeps-not, keeps] }
  auto: { name: Auto, strategy: auto, deployments: [small, medium, large] }
`
const GREETING = 'Hi there, how are you?'
const PROOF =
  'Prove rigorously that there are infinitely many primes congruent to 3 modulo 4, then generalise the proof to arithmetic progressions and explain step by step where it breaks down.'

let simulator: Simulator
let router: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  router = await startRouterUnderTest({ yaml: YAML, environment: { SIMULATOR: simulator.url } })
})
afterAll(async () => {
  await router.close()
  await simulator.close()
})

const ask = (model: string, options: object = {}) =>
  askRouter(router, { model, prompt: newPrompt(), ...options })

/** How many of so many requests, one after another, each deployment answered. */
async function shares(model: string, times: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (let time = 0; time < times; time++) {
    const { status, deployment } = await ask(model)
    expect(status).toBe(200)
    counts[deployment!] = (counts[deployment!] ?? 0) + 1
  }
  return counts
}

test('round-robin gives everybody the same share', async () => {
  expect(await shares('in-turn', 30)).toEqual({ one: 10, two: 10, three: 10 })
})

test('weighted gives shares by weight', async () => {
  expect(await shares('by-weight', 30)).toEqual({ one: 15, two: 9, three: 6 })
})

test('least-loaded goes where the fewest streams run, and knows when one has been hung up', async () => {
  const open = async () => {
    const leaving = new AbortController()
    const prompt = newPrompt('Write at length. [tokens:8000]')
    const question = { model: 'by-load', prompt, stream: true, signal: leaving.signal }
    const response = await sendQuestion(router, question)
    // Held: `fetch` hangs up on a response that nobody holds, once it is collected.
    return { response, at: response.headers.get(DEPLOYMENT_HEADER)!, hangUp: () => leaving.abort() }
  }
  const streams = [await open(), await open(), await open(), await open()]
  expect(streams.map(({ at }) => at).toSorted()).toEqual(['left', 'left', 'right', 'right'])
  const leaving = streams.filter(({ at }) => at === 'left')
  for (const { hangUp } of leaving) hangUp()
  await eventually(async () => {
    expect((await deploymentsAt(router))['left']?.inFlight).toBe(0)
  })
  const next = [await open(), await open()]
  expect(next.map(({ at }) => at)).toEqual(['left', 'left'])
  for (const { hangUp } of [...streams, ...next]) hangUp()
  await eventually(async () => {
    const { left, right } = await deploymentsAt(router)
    expect([left?.inFlight, right?.inFlight]).toEqual([0, 0])
  })
})

test('lowest-latency prefers who begins to answer sooner', async () => {
  // Before anything is measured they are taken by load, so two at once measure both.
  await Promise.all([ask('by-latency', { stream: true }), ask('by-latency', { stream: true })])
  const { quick, slow } = await deploymentsAt(router)
  expect(slow!.latencyMs).toBeGreaterThanOrEqual(295)
  expect(quick!.latencyMs).toBeLessThan(slow!.latencyMs!)
  for (let time = 0; time < 10; time++) {
    expect(await ask('by-latency', { stream: true })).toMatchObject({ deployment: 'quick' })
  }
})

test.each([
  ['eu', 'europe', /^eu, the caller’s own region$/],
  ['us', 'america', /^us, the caller’s own region$/],
  ['ap', 'america', /^us, \d+ ms away$/],
])('geographic sends a caller in %s to %s', async (region, deployment, why) => {
  const answer = await ask('by-place', { headers: { 'x-brainlyx-region': region } })
  expect(answer.deployment).toBe(deployment)
  const decision = await explain(router, answer)
  expect(decision).toMatchObject({ strategy: 'geographic', needs: { callerRegion: region } })
  expect(decision.order[0]).toEqual({ deployment, why: expect.stringMatching(why) })
})

test('a region that cannot be read is refused', async () => {
  const answer = await ask('by-place', { headers: { 'x-brainlyx-region': 'Europe!' } })
  expect(answer).toMatchObject({ status: 400, error: { code: 'invalid-request' } })
})

test('cheapest takes the cheapest that is good enough for the request', async () => {
  expect(await ask('by-cost', { prompt: GREETING })).toMatchObject({ deployment: 'small' })
  expect(await ask('by-cost', { prompt: PROOF })).toMatchObject({ deployment: 'large' })
})

test('cheapest counts that a kept prompt costs less', async () => {
  const document = 'The keeper of the lighthouse wrote down the weather. '.repeat(200)
  const conversation = [
    { role: 'system', content: document },
    { role: 'user', content: newPrompt('Who wrote?') },
  ]
  const setState = (state: string) =>
    router.admin('/admin/deployments/keeps-not', {
      method: 'PUT',
      body: JSON.stringify({ state }),
    })
  await setState('draining')
  const first = await ask('by-cost-kept', { messages: conversation })
  expect(first).toMatchObject({ status: 200, deployment: 'keeps' })
  await setState('active')
  const further = [
    ...conversation,
    { role: 'assistant', content: first.text },
    { role: 'user', content: newPrompt('And then?') },
  ]
  const second = await ask('by-cost-kept', { messages: further })
  expect(second.deployment).toBe('keeps')
  expect((await explain(router, second)).order[0]!.why).toContain('part of the prompt kept')
  const elsewhere = [{ role: 'system', content: `Another one. ${document}` }, conversation[1]]
  expect(await ask('by-cost-kept', { messages: elsewhere })).toMatchObject({
    deployment: 'keeps-not',
  })
})

test.each([
  [GREETING, 'small'],
  [PROOF, 'large'],
])('auto sends %j to a %s model, and says what it saw in it', async (prompt, tier) => {
  const answer = await ask('auto', { prompt })
  expect(answer.deployment).toBe(tier)
  const decision = await explain(router, answer)
  expect(decision).toMatchObject({ strategy: 'auto', classification: { tier } })
  expect(decision.classification!.reasons).not.toEqual([])
  expect(decision.order[0]).toEqual({ deployment: tier, why: `${tier}, as needed` })
  const weights = decision.classification!.reasons.map(({ weight }) => weight)
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(
    decision.classification!.score,
  )
})
