import { ATTEMPT_EVENTS, EVENTS_HEADER } from '@brainlyx/router-contract'
import type { BrainlyxEvent } from '@brainlyx/router-contract'
import { simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { startRouterUnderTest } from './router-under-test.ts'

const simulator = await startSimulator()
const router = await startRouterUnderTest({
  yaml: `
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  groq: { kind: groq, name: Groq, baseUrl: '\${SIMULATOR}', keys: [key-of-groq] }
deployments:
  - { id: openai/gpt-4.1, provider: openai, model: gpt-4.1 }
  - { id: groq/llama, provider: groq, model: llama-3.3-70b-versatile }
  - { id: openai/small, provider: openai, model: text-embedding-3-small }
models:
  auto: { name: Auto, deployments: [openai/gpt-4.1, groq/llama] }
`,
  environment: { SIMULATOR: simulator.url },
})
beforeEach(() => simulator.clear())
afterAll(async () => {
  await router.close()
  await simulator.close()
})

let prompts = 0

/** Asks as who keeps a ledger does. */
async function ask(path: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${router.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${router.client.apiKey}`,
      accept: 'text/event-stream',
      [EVENTS_HEADER]: ATTEMPT_EVENTS,
      ...headers,
    },
    body: JSON.stringify(body),
  })
  const data = (await response.text())
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice('data: '.length))
  const items = data
    .filter((each) => each !== '[DONE]')
    .map((each) => JSON.parse(each) as Record<string, unknown> & { brainlyx?: BrainlyxEvent })
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    isWhole: data.at(-1) === '[DONE]',
    events: items.flatMap(({ brainlyx }) => (brainlyx === undefined ? [] : [brainlyx])),
    answers: items.filter((item) => item.brainlyx === undefined),
  }
}

const chat = () => {
  const content = `What is a lighthouse for? (${++prompts})`
  return { content, body: { model: 'auto', messages: [{ role: 'user', content }] } }
}

test('a whole answer comes after the events of its calls, and is the same', async () => {
  const { content, body } = chat()
  simulator.setFault({ provider: 'openai', fault: '500', times: 1 })
  const told = await ask('/v1/chat/completions', body)
  expect(told).toMatchObject({ status: 200, isWhole: true })
  expect(told.type).toMatch('text/event-stream')
  expect(told.events).toMatchObject([
    { type: 'attempt-start', deployment: 'openai/gpt-4.1' },
    { type: 'attempt-end', outcome: 'failed' },
    { type: 'attempt-start', deployment: 'groq/llama' },
    { type: 'attempt-end', outcome: 'completed', usage: { estimated: false } },
  ])
  expect(told.answers).toMatchObject([
    {
      object: 'chat.completion',
      choices: [{ message: { content: simulatedAnswer(content).text }, finish_reason: 'stop' }],
    },
  ])
  expect(simulator.attempts().map(({ stream }) => stream)).toEqual([false, false])
})

test('embeddings too, each caller’s own and in a call of its own', async () => {
  const embed = (word: string) =>
    ask('/v1/embeddings', { model: 'openai/small', input: [word, `${word}s`], user: 'one' })
  const [first, second] = await Promise.all([embed('oak'), embed('elm')])
  for (const told of [first, second]) {
    expect(told.isWhole).toBe(true)
    expect(told.events).toMatchObject([
      { type: 'attempt-start', deployment: 'openai/small' },
      { type: 'attempt-end', outcome: 'completed', costPicoUsd: expect.stringMatching(/^[1-9]/) },
    ])
    expect(told.answers).toMatchObject([{ object: 'list', data: [{ index: 0 }, { index: 1 }] }])
  }
  // Put together they would have been one, and nobody could say whose.
  expect(simulator.attempts()).toHaveLength(2)
})

test('what fails after its calls were told ends by an error and without the mark of a whole answer', async () => {
  simulator.setFault({ fault: 'context-length' })
  const told = await ask('/v1/chat/completions', chat().body)
  expect(told.isWhole).toBe(false)
  expect(told.events.at(-1)).toMatchObject({ type: 'attempt-end', outcome: 'failed' })
  expect(told.answers).toMatchObject([{ error: { code: 'context_length_exceeded', status: 400 } }])
})

test('what is refused before any call is an error response', async () => {
  const told = await ask('/v1/chat/completions', { ...chat().body, model: 'nonesuch' })
  expect(told.status).toBe(404)
  expect(told.type).toMatch('application/json')
})

test('who does not accept a stream gets the answer alone', async () => {
  const told = await ask('/v1/chat/completions', chat().body, { accept: 'application/json' })
  expect(told.type).toMatch('application/json')
})

test('a stream for who cannot forget is never taken back', async () => {
  const { content, body } = chat()
  simulator.setFault({ provider: 'openai', fault: 'cut-after-5' })
  const told = await ask('/v1/chat/completions', { ...body, stream: true })
  expect(told.events.map(({ type }) => type)).not.toContain('restart')
  const text = told.answers
    .map((item) => (item['choices'] as { delta: { content?: string } }[] | undefined)?.[0])
    .map((choice) => choice?.delta.content ?? '')
    .join('')
  // Continued where it broke off, or ended as broken; in no case told twice.
  expect(simulatedAnswer(content).text.startsWith(text)).toBe(true)
})
