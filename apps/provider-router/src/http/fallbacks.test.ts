import { simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { askRouter, explain, newPrompt } from './ask-router.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

const YAML = `
timeouts: { firstTokenMs: 300, wholeMs: 300 }
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] }
deployments:
  - { id: first, provider: openai, model: gpt-4.1, contextTokens: 8000 }
  - { id: larger, provider: openai, model: gpt-4.1-mini, contextTokens: 100000 }
  - { id: patient, provider: openai, model: gpt-4.1-nano, contextTokens: 8000 }
  - { id: healthy, provider: openai, model: gpt-5-mini, contextTokens: 8000 }
  - { id: last, provider: anthropic, model: claude-haiku-4-5, contextTokens: 8000 }
  - { id: later, provider: anthropic, model: claude-3-haiku, contextTokens: 8000 }
models:
  auto:
    name: Auto
    deployments: [first]
    fallbacks: { contextTooLong: [larger], rateLimited: [patient], unavailable: [healthy], any: [last] }
  by-size: { name: By size, deployments: [first, larger] }
  going-on: { name: Going on, deployments: [last], fallbacks: { unavailable: [healthy, later] } }
  unprepared: { name: Unprepared, deployments: [first] }
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

const modelsSeen = (): string[] => simulator.attempts().map(({ model }) => model)

test.each([
  ['context-length', 'larger', 'context-too-long'],
  ['429-retry-after-30', 'patient', 'rate-limited'],
  ['429-quota', 'patient', 'insufficient-quota'],
  ['503', 'healthy', 'overloaded'],
  ['500', 'healthy', 'provider-unavailable'],
  ['hang', 'healthy', 'timeout'],
  ['reset-before-headers', 'healthy', 'connection-failed'],
  ['404', 'healthy', 'model-not-found'],
  ['401', 'healthy', 'bad-credential'],
])('after %s the chain for that takes over: %s answers', async (fault, deployment, code) => {
  simulator.setFault({ model: 'gpt-4.1', fault })
  const prompt = newPrompt()
  const answer = await askRouter(router, { model: 'auto', prompt, stream: true })
  expect(answer).toMatchObject({ status: 200, deployment, text: simulatedAnswer(prompt).text })
  const { attempts } = await explain(router, answer)
  expect(attempts.map((attempt) => [attempt.deployment, attempt.end?.error?.code])).toEqual([
    ['first', code],
    [deployment, undefined],
  ])
})

test('who stands by for anything comes after the chain of the failure', async () => {
  simulator.setFault({ provider: 'openai', fault: '503' })
  const answer = await askRouter(router, { model: 'auto', prompt: newPrompt() })
  expect(answer).toMatchObject({ status: 200, deployment: 'last', attempts: 3 })
  expect(modelsSeen()).toEqual(['gpt-4.1', 'gpt-5-mini', 'claude-haiku-4-5'])
})

test('a chain is followed into another one where the failure is another one', async () => {
  simulator.setFault({ model: 'gpt-4.1', fault: '503' })
  simulator.setFault({ model: 'gpt-5-mini', fault: '429-retry-after-30' })
  simulator.setFault({ model: 'claude-haiku-4-5', fault: '429-retry-after-30' })
  const answer = await askRouter(router, { model: 'auto', prompt: newPrompt() })
  expect(answer).toMatchObject({ status: 200, deployment: 'patient', attempts: 4 })
})

test('a refusal under a content policy is the answer, and nobody else is asked', async () => {
  simulator.setFault({ provider: 'openai', fault: 'prompt-blocked' })
  for (const stream of [false, true]) {
    expect(await askRouter(router, { model: 'auto', prompt: newPrompt(), stream })).toMatchObject({
      status: 400,
      error: { code: 'content_policy_violation', retryable: false },
    })
  }
  expect(modelsSeen()).toEqual(['gpt-4.1', 'gpt-4.1'])
})

test.each([
  [
    'refusal',
    { text: '', refusal: "I'm sorry, but I can't assist with that request.", finish: 'stop' },
  ],
  ['content-filter', { finish: 'content_filter' }],
])('an answer that ends by %s is passed on as it is', async (fault, expected) => {
  simulator.setFault({ model: 'gpt-4.1', fault })
  for (const stream of [false, true]) {
    const prompt = newPrompt()
    const answer = await askRouter(router, { model: 'auto', prompt, stream })
    expect(answer).toMatchObject({ status: 200, deployment: 'first', ...expected })
    expect(simulatedAnswer(prompt).text.startsWith(answer.text)).toBe(true)
  }
  expect(modelsSeen()).toEqual(['gpt-4.1', 'gpt-4.1'])
})

test('a conversation that is too long by our own count goes to the larger model at once', async () => {
  const prompt = `${newPrompt('What is this about?')}${' and the sea was calm'.repeat(2_000)}`
  const answer = await askRouter(router, { model: 'by-size', prompt })
  expect(answer).toMatchObject({ status: 200, deployment: 'larger', attempts: 1 })
})

test('without a chain the failure is the answer', async () => {
  simulator.setFault({ model: 'gpt-4.1', fault: 'context-length' })
  const answer = await askRouter(router, { model: 'unprepared', prompt: newPrompt() })
  expect(answer).toMatchObject({ status: 400, error: { code: 'context_length_exceeded' } })
})

test.each([false, true])(
  'a caller that goes on from its own text gets only what goes on from it, also of those that stand by (streamed: %s)',
  async (stream) => {
    simulator.setFault({ model: 'claude-haiku-4-5', fault: '503' })
    const prompt = newPrompt()
    const whole = simulatedAnswer(prompt).text
    const begun = whole.slice(0, 80).trimEnd()
    const messages = [
      { role: 'user', content: prompt },
      { role: 'assistant', content: begun },
    ]
    const question = { model: 'going-on', stream, messages, brainlyx: { continue: true } }
    const answer = await askRouter(router, question)
    expect(answer).toMatchObject({ status: 200, deployment: 'later' })
    expect(begun + answer.text).toBe(whole)
  },
)
