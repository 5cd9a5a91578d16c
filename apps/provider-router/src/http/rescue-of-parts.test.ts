import { countTokens, simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askRouter, newPrompt } from './ask-router.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

const KINDS = ['openai', 'responses', 'anthropic', 'gemini', 'groq']
const PAIRS = KINDS.flatMap((from) => KINDS.map((to) => ({ from, to })))
const PRICE = 'price: { inputUsdPerMillion: 1, outputUsdPerMillion: 4 }'
const TOOL = {
  name: 'get_weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city', 'days'],
  },
}
/** So long that a test which waited for it would fail. */
const IDLE_MS = 60_000
/** Of one model: at each provider whole, and with faults that are named after it. */
const YAML = `
timeouts: { idleMs: ${IDLE_MS} }
breaker: { consecutiveFailures: 1000, minimumCalls: 10000 }
retryBudget: { minimumPerSecond: 1000 }
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  responses: { kind: openai, api: responses, name: Responses, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] }
  gemini: { kind: gemini, name: Gemini, baseUrl: '\${SIMULATOR}', keys: [key-of-gemini] }
  groq: { kind: groq, name: Groq, baseUrl: '\${SIMULATOR}', keys: [key-of-groq] }
deployments:
${KINDS.map((kind) => `  - { id: ${kind}-whole, provider: ${kind}, model: any, capabilities: { prefill: true }, ${PRICE} }`).join('\n')}
${KINDS.map((kind) => `  - { id: ${kind}-cut, provider: ${kind}, model: any+cut-after-5, ${PRICE} }`).join('\n')}
${KINDS.map((kind) => `  - { id: ${kind}-cut-later, provider: ${kind}, model: any+cut-after-30, capabilities: { prefill: true }, ${PRICE} }`).join('\n')}
  - { id: broken, provider: openai, model: broken, ${PRICE} }
  - { id: goes-on, provider: anthropic, model: claude-haiku-4-5 }
  - { id: begins-again, provider: groq, model: any, capabilities: { prefill: false }, ${PRICE} }
  - { id: refuses, provider: openai, model: any+refusal, ${PRICE} }
  - { id: heals, provider: openai, model: any+cut-after-5-once, capabilities: { prefill: true }, ${PRICE} }
${['garbage-after-3', 'no-end-marker', 'no-end-marker-open', 'one-byte'].flatMap((fault) => KINDS.map((kind) => `  - { id: ${kind}-${fault}, provider: ${kind}, model: any+${fault}, ${PRICE} }`)).join('\n')}
models:
${PAIRS.map(({ from, to }) => `  ${from}-to-${to}: { name: Any, deployments: [${from}-cut, ${to}-whole] }`).join('\n')}
  broken-to-goes-on: { name: Any, deployments: [broken, goes-on] }
  broken-to-begins-again: { name: Any, deployments: [broken, begins-again] }
  three-calls: { name: Any, deployments: [openai-cut, anthropic-cut-later, gemini-whole] }
  to-refusal: { name: Any, deployments: [openai-cut, refuses] }
`

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

// Gemini’s calls come in one piece with what ends the answer.
test.concurrent.each(PAIRS.filter(({ from }) => from !== 'gemini'))(
  'a tool call that $from breaks off is made by $to, once and whole',
  async ({ from, to }) => {
    const prompt = newPrompt('What is the weather in Oslo?')
    const answer = await askRouter(router, {
      model: `${from}-to-${to}`,
      prompt,
      stream: true,
      tools: [{ type: 'function', function: TOOL }],
      tool_choice: 'required',
    })
    const { toolCalls } = simulatedAnswer(prompt, { tools: [TOOL], toolChoice: 'required' })
    expect(answer).toMatchObject({ calls: toolCalls!, finish: 'tool_calls', done: true })
    expect(simulator.attempts({ prompt })).toMatchObject([
      { endedBy: 'fault' },
      { endedBy: 'completed' },
    ])
  },
)

test.concurrent.each(PAIRS)(
  'when $from breaks off in its reasoning, $to answers',
  async ({ from, to }) => {
    const prompt = newPrompt('Why does a lighthouse turn?')
    const question = { model: `${from}-to-${to}`, prompt, stream: true, reasoning_effort: 'low' }
    const answer = await askRouter(router, question)
    const { text, reasoning = '' } = simulatedAnswer(prompt)
    expect(answer).toMatchObject({ text, finish: 'stop', done: true, error: null })
    // Not all providers show it, and never twice.
    expect(reasoning.startsWith(answer.reasoning)).toBe(true)
    const [broken] = simulator.attempts({ prompt })
    expect(broken!.tokensOut).toBeLessThan(countTokens(reasoning))
  },
)

test.each(['goes-on', 'begins-again'])(
  'wherever an answer breaks off, who takes over (%s) makes it whole',
  async (rescuer) => {
    const about = 'What is a lighthouse (灯台 🗼) for? [tokens:40]'
    // As many as there are, too: then only its end is missing.
    for (let tokens = 1; tokens <= 40; tokens++) {
      simulator.setFault({ model: 'broken', fault: `cut-after-${tokens}`, times: 1 })
      const prompt = newPrompt(about)
      const question = { model: `broken-to-${rescuer}`, prompt, stream: true }
      const { text, done } = await askRouter(router, question)
      expect({ tokens, text, done }).toEqual({
        tokens,
        text: simulatedAnswer(prompt).text,
        done: true,
      })
    }
  },
)

test('a document by a schema that breaks off is begun again, not gone on with', async () => {
  const schema = {
    type: 'object',
    properties: { title: { type: 'string' }, lines: { type: 'array', items: { type: 'string' } } },
    required: ['title', 'lines'],
  }
  const prompt = newPrompt()
  const answer = await askRouter(router, {
    model: 'openai-to-gemini',
    prompt,
    stream: true,
    response_format: { type: 'json_schema', json_schema: { name: 'poem', schema } },
  })
  const { text } = simulatedAnswer(prompt, { responseFormat: { kind: 'json-schema', schema } })
  expect(answer).toMatchObject({ text, done: true })
  expect(simulator.attempts({ prompt })[1]).toMatchObject({ provider: 'gemini', prefillLength: 0 })
})

test('what was said before an answer broke off counts against its limit', async () => {
  const prompt = newPrompt('What is a harbour for? [tokens:100]')
  const question = { model: 'broken-to-goes-on', prompt, stream: true, max_tokens: 50 }
  simulator.setFault({ model: 'broken', fault: 'cut-after-20', times: 1 })
  const { text, finish } = await askRouter(router, question)
  expect(finish).toBe('length')
  expect(simulatedAnswer(prompt).text.startsWith(text)).toBe(true)
  // Its count is our own, so roughly.
  expect(Math.abs(countTokens(text) - 50)).toBeLessThanOrEqual(5)
})

test('an answer that breaks off twice is finished by a third', async () => {
  const prompt = newPrompt()
  const answer = await askRouter(router, {
    model: 'three-calls',
    prompt,
    stream: true,
    headers: { 'x-brainlyx-events': '1' },
    stream_options: { include_usage: true },
  })
  expect(answer).toMatchObject({ text: simulatedAnswer(prompt).text, done: true })
  const outputs = answer.events.flatMap((event) =>
    event.type === 'attempt-end' ? [event.usage?.outputTokens ?? 0] : [],
  )
  expect(outputs).toHaveLength(3)
  expect(answer.usage?.completion_tokens).toBe(outputs.reduce((sum, each) => sum + each, 0))
})

test('an answer whose only provider breaks it off is finished by the same one', async () => {
  const prompt = newPrompt()
  const answer = await askRouter(router, { model: 'heals', prompt, stream: true })
  expect(answer).toMatchObject({ text: simulatedAnswer(prompt).text, done: true })
  expect(simulator.attempts({ prompt })).toMatchObject([{ continued: false }, { continued: true }])
})

test('a document that breaks off is asked for again elsewhere', async () => {
  const prompt = newPrompt()
  expect(await askRouter(router, { model: 'openai-to-gemini', prompt })).toMatchObject({
    status: 200,
    text: simulatedAnswer(prompt).text,
    deployment: 'gemini-whole',
    attempts: 2,
  })
})

test('two halves of different answers are never put together', async () => {
  const prompt = newPrompt()
  const plain = await askRouter(router, { model: 'to-refusal', prompt, stream: true })
  expect(plain).toMatchObject({ done: false, refusal: '', error: { code: 'stream-cut' } })
  expect(simulatedAnswer(prompt).text.startsWith(plain.text)).toBe(true)
  const reader = await askRouter(router, {
    model: 'to-refusal',
    prompt: newPrompt(),
    stream: true,
    headers: { 'x-brainlyx-events': '1' },
  })
  expect(reader).toMatchObject({ done: true, text: '', refusal: expect.stringContaining('sorry') })
})

test.concurrent.each(
  KINDS.flatMap((kind) =>
    ['garbage-after-3', 'no-end-marker', 'no-end-marker-open', 'one-byte'].map(
      (fault) => [kind, fault] as const,
    ),
  ),
)('%s with %s: the answer is whole after one call, and nobody waits', async (kind, fault) => {
  const prompt = newPrompt('What is a pier? [tokens:60]')
  const answer = await askRouter(router, {
    model: `${kind}-${fault}`,
    prompt,
    stream: true,
    signal: AbortSignal.timeout(IDLE_MS / 2),
  })
  expect(answer).toMatchObject({ text: simulatedAnswer(prompt).text, finish: 'stop', done: true })
  expect(simulator.attempts({ prompt })).toHaveLength(1)
})

test('a Responses stream without its end is no whole answer where a tool could still be called', async () => {
  const answer = await askRouter(router, {
    model: 'responses-no-end-marker',
    prompt: newPrompt(),
    stream: true,
    tools: [{ type: 'function', function: TOOL }],
  })
  expect(answer).toMatchObject({ done: false, error: { code: 'stream-cut' } })
})
