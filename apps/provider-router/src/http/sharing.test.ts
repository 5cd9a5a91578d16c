import { simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { eventually } from '@brainlyx/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { askRouter, explain, newPrompt, sendQuestion } from './ask-router.ts'
import type { RouterQuestion } from './ask-router.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

const YAML = `
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] }
deployments:
  - { id: openai/gpt-4.1, provider: openai, model: gpt-4.1 }
  - { id: anthropic/claude-haiku-4-5, provider: anthropic, model: claude-haiku-4-5 }
models:
  auto: { name: Auto, deployments: [openai/gpt-4.1, anthropic/claude-haiku-4-5] }
`

let simulator: Simulator
let router: RouterUnderTest
/** Does not share. */
let alone: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  const environment = { SIMULATOR: simulator.url }
  router = await startRouterUnderTest({ yaml: YAML, environment })
  alone = await startRouterUnderTest({ yaml: `sharing: false\n${YAML}`, environment })
})
beforeEach(() => {
  simulator.clear()
  // Long enough for all twins to arrive.
  simulator.setPace({ timeToFirstTokenMs: 200, tokensPerSecond: 0 })
})
afterAll(async () => {
  await Promise.all([router.close(), alone.close()])
  await simulator.close()
})

const atOnce = (times: number, question: RouterQuestion, at = router) =>
  Promise.all(Array.from({ length: times }, () => askRouter(at, question)))

test.each([false, true])(
  'twenty identical requests at once share one call, and each gets the whole answer (streamed: %s)',
  async (stream) => {
    // Twenty connections are opened before the last of them has arrived.
    simulator.setPace({ timeToFirstTokenMs: 1_500 })
    const prompt = newPrompt()
    const answers = await atOnce(20, { model: 'auto', prompt, stream })
    expect(simulator.attempts({ prompt })).toHaveLength(1)
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 200,
        text: simulatedAnswer(prompt).text,
        finish: 'stop',
        done: stream,
      })
    }
    expect(new Set(answers.map(({ decision }) => decision)).size).toBe(20)
    const outcomes = await Promise.all(answers.map((answer) => explain(router, answer)))
    const shared = outcomes.filter(({ outcome }) => outcome.type === 'shared')
    expect(shared).toHaveLength(19)
  },
)

test('who shares a call makes none: one pays, and the others are told of no attempt', async () => {
  const prompt = newPrompt()
  const headers = { 'x-brainlyx-events': '1' }
  const answers = await atOnce(5, { model: 'auto', prompt, stream: true, headers })
  const attempts = answers.map(({ events }) => events.filter(({ type }) => type === 'attempt-end'))
  expect(attempts.map((ends) => ends.length).toSorted((x, y) => x - y)).toEqual([0, 0, 0, 0, 1])
})

test('a late twin gets what was said before it came, and what comes after', async () => {
  simulator.setPace({ timeToFirstTokenMs: 0, tokensPerSecond: 400 })
  const prompt = newPrompt()
  const question = { model: 'auto', prompt, stream: true }
  const first = await sendQuestion(router, question)
  const reader = first.body!.getReader()
  await reader.read()
  const late = await askRouter(router, question)
  expect(late).toMatchObject({ text: simulatedAnswer(prompt).text, done: true })
  expect(simulator.attempts({ prompt })).toHaveLength(1)
  await reader.cancel()
})

test.each<[string, Partial<RouterQuestion>]>([
  ['another user', { user: 'another' }],
  ['a temperature', { temperature: 1 }],
  ['several choices', { n: 2 }],
  ['a wish for an answer of its own', { headers: { 'x-brainlyx-share': '0' } }],
  ['another limit', { max_tokens: 4_000 }],
  ['another model', { model: 'openai/gpt-4.1' }],
  ['another region', { headers: { 'x-brainlyx-region': 'eu' } }],
])('%s makes a call of its own', async (_, different) => {
  simulator.setPace({ timeToFirstTokenMs: 100 })
  const prompt = newPrompt()
  const question = { model: 'auto', prompt }
  await Promise.all([askRouter(router, question), askRouter(router, { ...question, ...different })])
  expect(simulator.attempts({ prompt })).toHaveLength(2)
})

test('callers with other keys never share, nor do requests of which nobody knows whose they are', async () => {
  const prompt = newPrompt()
  const messages = [{ role: 'user' as const, content: prompt }]
  const service = await router.serviceToken('chat-api')
  await Promise.all([
    router.client.chat.completions.create({ model: 'auto', messages }),
    router.otherClient.chat.completions.create({ model: 'auto', messages }),
    ...[1, 2].map(() =>
      askRouter(router, { model: 'auto', prompt, headers: { authorization: service } }),
    ),
  ])
  expect(simulator.attempts({ prompt })).toHaveLength(4)
})

test('a service shares the requests of one of its users', async () => {
  const prompt = newPrompt()
  const headers = { authorization: await router.serviceToken('chat-api') }
  await atOnce(5, { model: 'auto', prompt, headers, user: 'one' })
  expect(simulator.attempts({ prompt })).toHaveLength(1)
})

test('an installation can do without', async () => {
  const prompt = newPrompt()
  await atOnce(3, { model: 'auto', prompt }, alone)
  expect(simulator.attempts({ prompt })).toHaveLength(3)
})

test('the first caller’s leaving does not hurt the others', async () => {
  simulator.setPace({ timeToFirstTokenMs: 0, tokensPerSecond: 400 })
  const prompt = newPrompt()
  const question = { model: 'auto', prompt, stream: true }
  const leaving = new AbortController()
  const first = await sendQuestion(router, { ...question, signal: leaving.signal })
  const others = await Promise.all([1, 2].map(() => sendQuestion(router, question)))
  await first.body!.getReader().read()
  leaving.abort()
  for (const other of others) expect(await other.text()).toContain('data: [DONE]')
  expect(simulator.attempts({ prompt })).toMatchObject([{ endedBy: 'completed' }])
})

test('when the last caller has gone, the provider’s call ends', async () => {
  simulator.setPace({ timeToFirstTokenMs: 0, tokensPerSecond: 20 })
  const prompt = newPrompt('Write at length. [tokens:500]')
  const callers = await Promise.all(
    [1, 2, 3].map(async () => {
      const leaving = new AbortController()
      const question = { model: 'auto', prompt, stream: true, signal: leaving.signal }
      const response = await sendQuestion(router, question)
      return { leaving, decision: response.headers.get('x-brainlyx-decision') }
    }),
  )
  expect(simulator.attempts({ prompt })).toMatchObject([{ endedBy: null }])
  for (const { leaving } of callers) leaving.abort()
  await eventually(() => {
    expect(simulator.attempts({ prompt })).toMatchObject([{ endedBy: 'client-abort' }])
    expect(router.parts.flights.size).toBe(0)
  })
  await eventually(async () => {
    const outcomes = await Promise.all(callers.map((caller) => explain(router, caller)))
    expect(outcomes.map(({ outcome }) => outcome.type).toSorted()).toEqual([
      'abandoned',
      'shared',
      'shared',
    ])
  })
})

test('a shared answer that breaks off is rescued for all', async () => {
  simulator.setFault({ provider: 'openai', fault: 'cut-after-8' })
  const prompt = newPrompt()
  for (const { text } of await atOnce(5, { model: 'auto', prompt, stream: true })) {
    expect(text).toBe(simulatedAnswer(prompt).text)
  }
  expect(simulator.attempts({ prompt })).toHaveLength(2)
})

test('a shared failure is told to all', async () => {
  simulator.setFault({ fault: '429-retry-after-30' })
  const prompt = newPrompt()
  const answers = await atOnce(5, { model: 'openai/gpt-4.1', prompt, stream: true })
  for (const { status, headers } of answers) {
    expect(status).toBe(429)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
  expect(simulator.attempts({ prompt })).toHaveLength(1)
})
