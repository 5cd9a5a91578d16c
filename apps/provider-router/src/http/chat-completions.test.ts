import { StreamItem } from '@brainlyx/router-contract'
import type { BrainlyxEvent, ChatCompletionChunk } from '@brainlyx/router-contract'
import { simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

const YAML = `
timeouts: { firstTokenMs: 400, idleMs: 300, totalMs: 3000 }
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] }
  gemini: { kind: gemini, name: Gemini, baseUrl: '\${SIMULATOR}', keys: [key-of-gemini] }
  groq: { kind: groq, name: Groq, baseUrl: '\${SIMULATOR}', keys: [key-of-groq] }
  refused: { kind: openai, name: Refused, baseUrl: '\${SIMULATOR}/v1', keys: [bad-key] }
  away: { kind: openai, name: Away, baseUrl: 'http://127.0.0.1:9/v1', keys: [key-of-away] }
deployments:
  - { id: openai/gpt-4.1, provider: openai, model: gpt-4.1 }
  - { id: openai/responses, provider: openai, model: gpt-5.4-mini, api: responses }
  - { id: anthropic/claude-haiku-4-5, provider: anthropic, model: claude-haiku-4-5 }
  - { id: anthropic/claude-3-haiku, provider: anthropic, model: claude-3-haiku }
  - { id: gemini/gemini-3.5-flash, provider: gemini, model: gemini-3.5-flash }
  - { id: groq/llama, provider: groq, model: llama-3.3-70b-versatile }
  - { id: refused/gpt-4.1, provider: refused, model: gpt-4.1 }
  - { id: away/gpt-4.1, provider: away, model: gpt-4.1 }
  - { id: openai/*, provider: openai, model: '*' }
  - { id: anthropic/*, provider: anthropic, model: '*' }
  - { id: gemini/*, provider: gemini, model: '*' }
  - { id: groq/*, provider: groq, model: '*' }
models:
  auto: { name: Auto, deployments: [openai/gpt-4.1, anthropic/claude-haiku-4-5, gemini/gemini-3.5-flash] }
  stubborn: { name: Stubborn, deployments: [away/gpt-4.1, refused/gpt-4.1, groq/llama] }
`

const EVERYWHERE = [
  'openai/gpt-4.1',
  'openai/responses',
  'anthropic/claude-haiku-4-5',
  'gemini/gemini-3.5-flash',
  'groq/llama',
]

let simulator: Simulator
let router: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())
// A new router for each test: it remembers what failed.
beforeEach(async () => {
  simulator.clear()
  router = await startRouterUnderTest({ yaml: YAML, environment: { SIMULATOR: simulator.url } })
})
afterEach(() => router.close())

let prompts = 0
const ask = (): OpenAI.ChatCompletionMessageParam[] => [
  { role: 'user', content: `What is a lighthouse for? (${++prompts})` },
]
const promptOf = (messages: OpenAI.ChatCompletionMessageParam[]): string =>
  messages[0]!.content as string

/** The stream as it is on the wire, with the router's own events. */
async function events(
  model: string,
  options: { messages?: unknown[]; headers?: Record<string, string>; more?: object } = {},
): Promise<{
  status: number
  items: StreamItem[]
  done: boolean
  events: BrainlyxEvent[]
  text: string
}> {
  const response = await fetch(`${router.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${router.client.apiKey}`,
      'x-brainlyx-events': '1',
      ...options.headers,
    },
    body: JSON.stringify({
      model,
      stream: true,
      messages: options.messages ?? ask(),
      ...options.more,
    }),
  })
  const data = (await response.text())
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice('data: '.length))
  const items = data
    .filter((each) => each !== '[DONE]')
    .map((each) => StreamItem.parse(JSON.parse(each)))
  const chunks = items.filter((item): item is ChatCompletionChunk => 'choices' in item)
  return {
    status: response.status,
    items,
    done: data.at(-1) === '[DONE]',
    events: chunks.flatMap((chunk) => (chunk.brainlyx === undefined ? [] : [chunk.brainlyx])),
    text: chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''),
  }
}

test.each(EVERYWHERE)(
  '%s answers the OpenAI SDK, whole and streamed, with the same text',
  async (model) => {
    const messages = ask()
    const whole = await router.client.chat.completions.create({ model, messages })
    const expected = simulatedAnswer(promptOf(messages)).text
    expect(whole.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: expected },
    })

    const stream = await router.client.chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let finish: string | null | undefined
    let usage: OpenAI.CompletionUsage | null | undefined
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      finish = chunk.choices[0]?.finish_reason ?? finish
      usage = chunk.usage ?? usage
    }
    expect(text).toBe(expected)
    expect(finish).toBe('stop')
    expect(usage).toEqual(whole.usage)
    const attempts = simulator.attempts({ prompt: promptOf(messages) })
    expect(attempts.map(({ stream: streamed }) => streamed)).toEqual([false, true])
    expect(usage?.completion_tokens).toBe(attempts[1]?.tokensInAnswer)
  },
)

test.each(EVERYWHERE)('%s calls a tool as the OpenAI SDK expects it', async (model) => {
  const stream = router.client.chat.completions.stream({
    model,
    messages: [{ role: 'user', content: 'What is the weather in Oslo?' }],
    tools: [
      {
        type: 'function',
        function: {
          name: 'get_weather',
          parameters: {
            type: 'object',
            properties: { city: { type: 'string' } },
            required: ['city'],
          },
        },
      },
    ],
    tool_choice: 'required',
  })
  const { choices } = await stream.finalChatCompletion()
  const [call] = choices[0]!.message.tool_calls ?? []
  expect(choices[0]!.finish_reason).toBe('tool_calls')
  expect(call).toMatchObject({ type: 'function', function: { name: 'get_weather' } })
  expect(
    JSON.parse((call as { function: { arguments: string } }).function.arguments),
  ).toHaveProperty('city')
  expect(call?.id).toMatch(/\w{4,}/)
})

test('reasoning is streamed apart from the answer', async () => {
  const { items } = await events('gemini/gemini-3.5-flash')
  const deltas = items.flatMap((item) =>
    'choices' in item ? item.choices.map(({ delta }) => delta) : [],
  )
  expect(deltas.some((delta) => (delta.reasoning_content ?? '') !== '')).toBe(true)
})

test('the response names who answered and after how many calls', async () => {
  const { data, response } = await router.client.chat.completions
    .create({ model: 'stubborn', messages: ask() })
    .withResponse()
  expect(data.choices[0]?.message.content).not.toBe('')
  expect(response.headers.get('x-brainlyx-deployment')).toBe('groq/llama')
  expect(response.headers.get('x-brainlyx-attempts')).toBe('3')
})

test.each([
  ['429', 'rate-limited'],
  ['500', 'provider-unavailable'],
  ['503', 'overloaded'],
  ['reset-before-headers', 'connection-failed'],
  ['hang', 'timeout'],
  ['slow-first-token-2000', 'timeout'],
  ['cut-after-0', 'stream-cut'],
  ['404', 'model-not-found'],
])(
  'with %s at the first provider the second answers, and nothing of the first is seen',
  async (fault, code) => {
    simulator.setFault({ provider: 'openai', fault })
    const messages = ask()
    const { text, done, events: seen } = await events('auto', { messages })
    expect(text).toBe(simulatedAnswer(promptOf(messages)).text)
    expect(done).toBe(true)
    expect(seen).toMatchObject([
      { type: 'attempt-start', deployment: 'openai/gpt-4.1', provider: 'openai', model: 'gpt-4.1' },
      { type: 'attempt-end', outcome: 'failed', error: { code } },
      { type: 'attempt-start', deployment: 'anthropic/claude-haiku-4-5' },
      { type: 'attempt-end', outcome: 'completed', rawFinish: 'end_turn', error: null },
    ])
    expect(
      simulator.attempts({ prompt: promptOf(messages) }).map(({ provider }) => provider),
    ).toEqual(['openai', 'anthropic'])
  },
)

test('a caller that reads no events gets the second provider’s answer and nothing else', async () => {
  simulator.setFault({ provider: 'openai', fault: '500' })
  const messages = ask()
  const { items, text } = await events('auto', { messages, headers: { 'x-brainlyx-events': '0' } })
  expect(text).toBe(simulatedAnswer(promptOf(messages)).text)
  expect(items.every((item) => 'choices' in item && item.choices.length === 1)).toBe(true)
})

test('each attempt costs what the simulator counted', async () => {
  const messages = ask()
  const { events: seen } = await events('openai/gpt-4.1', { messages })
  const [attempt] = simulator.attempts({ prompt: promptOf(messages) })
  const end = seen[1]
  expect(end).toMatchObject({
    usage: {
      inputTokens: attempt?.tokensIn,
      outputTokens: attempt?.tokensInAnswer,
      estimated: false,
    },
    // 2 and 8 US dollars a million tokens.
    costPicoUsd: String(attempt!.tokensIn * 2_000_000 + attempt!.tokensInAnswer * 8_000_000),
  })
})

test.each(['cut-after-5', 'end-after-5', 'stall-after-5', 'error-after-5'])(
  'after %s everywhere the stream ends with an error and never with [DONE]',
  async (fault) => {
    simulator.setFault({ fault })
    const messages = ask()
    const { status, items, done, events: seen, text } = await events('auto', { messages })
    expect({ status, done }).toEqual({ status: 200, done: false })
    expect(simulatedAnswer(promptOf(messages)).text.startsWith(text)).toBe(true)
    expect(text).not.toBe('')
    expect(items.at(-1)).toMatchObject({
      error: { retryable: true, traceId: expect.stringMatching(/^\w{32}$/) },
    })
    expect(seen.at(-1)).toMatchObject({
      type: 'attempt-end',
      outcome: 'failed',
      usage: { estimated: true },
    })
    const ends = seen.filter((event) => event.type === 'attempt-end')
    expect(ends.map(({ outcome }) => outcome)).toEqual(ends.map(() => 'failed'))
    expect(new Set(simulator.attempts().map(({ provider }) => provider))).toEqual(
      new Set(['openai', 'anthropic', 'gemini']),
    )
  },
)

test.each(['cut-after-5', 'end-after-5', 'stall-after-5', 'error-after-5', 'cut-after-0'])(
  'after %s at one provider the answer is whole, for callers that read events and for others',
  async (fault) => {
    for (const readsEvents of ['1', '0']) {
      simulator.setFault({ provider: 'openai', fault, times: 1 })
      const messages = ask()
      const { text, done } = await events('auto', {
        messages,
        headers: { 'x-brainlyx-events': readsEvents },
      })
      expect({ text, done }).toEqual({
        text: simulatedAnswer(promptOf(messages)).text,
        done: true,
      })
      const [first, second] = simulator.attempts({ prompt: promptOf(messages) })
      expect(first).toMatchObject({
        provider: 'openai',
        endedBy: fault === 'stall-after-5' ? 'client-abort' : 'fault',
      })
      expect(second).toMatchObject({
        provider: 'anthropic',
        continued: fault !== 'cut-after-0',
        endedBy: 'completed',
      })
    }
  },
)

test('the OpenAI SDK throws at a stream that failed', async () => {
  simulator.setFault({ fault: 'cut-after-5' })
  const stream = await router.client.chat.completions.create({
    model: 'auto',
    messages: ask(),
    stream: true,
  })
  const readAll = async (): Promise<void> => {
    const chunks = stream[Symbol.asyncIterator]()
    while ((await chunks.next()).done !== true);
  }
  await expect(readAll()).rejects.toBeInstanceOf(OpenAI.APIError)
})

test.each([
  ['garbage-after-3', 'a malformed event is skipped'],
  ['no-end-marker', 'a finished answer without an end marker is whole'],
])('%s: %s', async (fault) => {
  simulator.setFault({ fault })
  const messages = ask()
  const { text, done } = await events('openai/gpt-4.1', { messages })
  expect(text).toBe(simulatedAnswer(promptOf(messages)).text)
  expect(done).toBe(true)
})

test.each([
  ['openai/429-retry-after-7', 429, 'rate-limited', true],
  ['anthropic/429-retry-after-7', 429, 'rate-limited', true],
  ['openai/429-quota', 429, 'insufficient-quota', false],
  ['openai/context-length', 400, 'context-too-long', false],
  ['anthropic/context-length', 400, 'context-too-long', false],
  ['gemini/context-length', 400, 'context-too-long', false],
  ['openai/400', 400, 'invalid-request', false],
  ['groq/404', 404, 'model-not-found', false],
  ['openai/401', 502, 'provider-credential-rejected', false],
  ['refused/gpt-4.1', 502, 'provider-credential-rejected', false],
  ['anthropic/529', 503, 'provider-overloaded', true],
  ['openai/500', 502, 'provider-unavailable', true],
  ['away/gpt-4.1', 502, 'provider-unavailable', true],
  ['openai/hang', 504, 'timeout', true],
])(
  '%s is %d %s, whole and streamed',
  async (model, status, code, retryable) => {
    for (const stream of [false, true]) {
      const failure = await router.client.chat.completions
        .create({ model, messages: ask(), stream })
        .catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(OpenAI.APIError)
      const {
        status: got,
        error,
        headers,
      } = failure as InstanceType<typeof OpenAI.APIError> & {
        headers: Headers
      }
      expect({ got, error }).toMatchObject({ got: status, error: { problem: code, retryable } })
      expect(JSON.stringify(error)).not.toMatch(/key-of|bad-key|sk-|org-|127\.0\.0\.1/)
      if (model.includes('retry-after')) expect(headers.get('retry-after')).toBe('7')
    }
  },
  15_000,
)

test('a last candidate that heals within two seconds is asked again', async () => {
  simulator.setFault({ provider: 'groq', fault: '503', times: 1 })
  const messages = ask()
  const { text, events: seen } = await events('groq/llama', { messages })
  expect(text).toBe(simulatedAnswer(promptOf(messages)).text)
  expect(seen.filter(({ type }) => type === 'attempt-start')).toHaveLength(2)
})

test('a refused key is tried last from then on', async () => {
  await events('stubborn')
  const { events: seen } = await events('stubborn')
  const tried = seen.flatMap((event) => (event.type === 'attempt-start' ? [event.deployment] : []))
  expect(tried).toEqual(['away/gpt-4.1', 'groq/llama'])
})

test('an account without credit is left, and tried last from then on', async () => {
  const fresh = await startRouterUnderTest({
    yaml: YAML,
    environment: { SIMULATOR: simulator.url },
  })
  simulator.setFault({ provider: 'openai', fault: '429-quota', times: 1 })
  const answer = async (): Promise<string | null> => {
    const { response } = await fresh.client.chat.completions
      .create({ model: 'auto', messages: ask() })
      .withResponse()
    return response.headers.get('x-brainlyx-attempts')
  }
  expect([await answer(), await answer()]).toEqual(['2', '1'])
  expect(simulator.attempts().map(({ provider }) => provider)).toEqual([
    'openai',
    'anthropic',
    'anthropic',
  ])
  await fresh.close()
})

test('hanging up ends the provider’s call within a second, and what was produced is accounted', async () => {
  simulator.setPace({ tokensPerSecond: 50 })
  const messages = ask()
  const before = router.log().length
  const stream = await router.client.chat.completions.create({
    model: 'auto',
    messages,
    stream: true,
  })
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
  await vi.waitFor(
    () => {
      const [attempt] = simulator.attempts({ prompt: promptOf(messages) })
      expect(attempt?.endedBy).toBe('client-abort')
    },
    { timeout: 1_000 },
  )
  await vi.waitFor(() => expect(router.log().slice(before)).toContain('"outcome":"aborted"'))
  simulator.setPace({ tokensPerSecond: 0 })
})

test('one trace goes from the caller’s header to the provider, the response and the log', async () => {
  const traceId = 'abcdefabcdefabcdefabcdefabcdefab'
  for (const [model, stream] of [...EVERYWHERE, 'openai/500'].flatMap((id) => [
    [id, true] as const,
    [id, false] as const,
  ])) {
    const messages = ask()
    const response = await fetch(`${router.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${router.client.apiKey}`,
        traceparent: `00-${traceId}-1234567890abcdef-01`,
      },
      body: JSON.stringify({ model, messages, stream }),
    })
    expect(response.headers.get('x-trace-id')).toBe(traceId)
    const text = await response.text()
    if (!response.ok) expect(JSON.parse(text)).toMatchObject({ error: { traceId } })
    expect(simulator.attempts({ prompt: promptOf(messages) })[0]?.traceparent).toContain(traceId)
  }
  expect(router.log()).toMatch(new RegExp(`"traceId":"${traceId}".*"msg":"attempt"`))
})

test('attempts are in the metrics, and keys are in no log', async () => {
  await events('stubborn')
  await events('openai/gpt-4.1')
  expect(await router.metrics()).toMatch(
    /provider_attempts_total\{.*provider="openai".*outcome="completed"/,
  )
  expect(await router.metrics()).toContain('provider_time_to_first_token_seconds_bucket')
  expect(router.log()).not.toMatch(/key-of-|bad-key/)
})
