import { simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { createTestRedis } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { askRouter, newPrompt } from './ask-router.ts'
import { startReplicasUnderTest } from './replicas-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const PRICE = 'price: { inputUsdPerMillion: 1, outputUsdPerMillion: 4 }'
/** Everything is switched on. */
const YAML = `
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai, key-of-openai-too], limits: { requestsPerMinute: 100000, concurrency: 1000 } }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] }
  gemini: { kind: gemini, name: Gemini, baseUrl: '\${SIMULATOR}', keys: [key-of-gemini] }
deployments:
  - { id: flapping, provider: openai, model: gpt-4.1+every-3-503, ${PRICE} }
  - { id: breaking-off, provider: openai, model: gpt-4.1+every-3-cut-after-8, ${PRICE} }
  - { id: failing, provider: openai, model: gpt-4.1+503, ${PRICE} }
  - { id: second, provider: anthropic, model: claude-haiku-4-5 }
  - { id: third, provider: gemini, model: gemini-3.5-flash }
models:
  flaps: { name: Flaps, deployments: [flapping, second, third] }
  breaks-off: { name: Breaks off, strategy: least-loaded, deployments: [breaking-off, second, third] }
  alone: { name: Alone, deployments: [failing] }
`
const REQUESTS = 240

let redis: TestRedis
let simulator: Simulator
let replicas: [RouterUnderTest, RouterUnderTest]
beforeAll(async () => {
  ;[simulator, redis] = await Promise.all([startSimulator(), createTestRedis()])
  replicas = await startReplicasUnderTest({
    yaml: YAML,
    environment: { SIMULATOR: simulator.url },
    redisUrls: [redis.url, redis.url],
  })
})
beforeEach(() => simulator.clear())
afterAll(async () => {
  await Promise.all(replicas.map((router) => router.close()))
  await redis.close()
  await simulator.close()
})

/** So many at once, in turn at both replicas and in turn streamed or not. */
async function load(model: string, atOnce: number) {
  const prompts = Array.from({ length: REQUESTS }, () => newPrompt())
  const waiting = prompts.entries()
  const answers = new Map<string, Awaited<ReturnType<typeof askRouter>>>()
  const work = async (): Promise<void> => {
    for (const [turn, prompt] of waiting) {
      const question = { model, prompt, stream: turn % 3 !== 0 }
      answers.set(prompt, await askRouter(replicas[turn % 2]!, question))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return answers
}

// First, since requests that nothing was spent on fill the budget of the next ten seconds.
test('where nobody else is left, retries add no more than their budget', async () => {
  const startMs = performance.now()
  const answers = await load('alone', 60)
  const seconds = (performance.now() - startMs) / 1_000
  expect([...answers.values()].every(({ status }) => status === 503)).toBe(true)
  // A tenth of the requests, and of each replica three a second anyway.
  const retries = simulator.attempts().length - REQUESTS
  expect(retries).toBeLessThanOrEqual(REQUESTS * 0.1 + 2 * 3 * (seconds + 1))
  expect(retries).toBeGreaterThan(0)
})

test.each(['flaps', 'breaks-off'])(
  'no caller notices a primary that fails each third time, and hardly more calls are made than it fails (%s)',
  async (model) => {
    const answers = await load(model, 20)
    for (const [prompt, answer] of answers) {
      expect(answer).toMatchObject({
        status: 200,
        text: simulatedAnswer(prompt).text,
        finish: 'stop',
        error: null,
      })
    }
    const attempts = simulator.attempts()
    const faults = attempts.filter(({ fault }) => fault !== '')
    expect(attempts).toHaveLength(REQUESTS + faults.length)
    expect(faults.length).toBeGreaterThan(0)
    expect(attempts.length).toBeLessThanOrEqual(REQUESTS * (1 + 1 / 3))
  },
)
