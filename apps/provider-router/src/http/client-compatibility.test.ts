// What clients of OpenAI's API rely on, mostly by the official SDK.
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { request as httpRequest } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import OpenAI, { APIError } from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'
import { startScriptedProvider } from './scripted-provider.ts'
import type { ScriptedProvider } from './scripted-provider.ts'

/** The longest window there is, so that what comes at once meets. */
const YAML = `
embeddingBatchMs: 100
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] }
  gemini: { kind: gemini, name: Gemini, baseUrl: '\${SIMULATOR}', keys: [key-of-gemini] }
  groq: { kind: groq, name: Groq, baseUrl: '\${SIMULATOR}', keys: [key-of-groq] }
  scripted: { kind: openai, name: Scripted, baseUrl: '\${SCRIPTED}/v1', keys: [key-of-the-script] }
deployments:
  - { id: openai/gpt-4.1, provider: openai, model: gpt-4.1 }
  - { id: openai/responses, provider: openai, model: gpt-5.4-mini, api: responses }
  - { id: anthropic/claude-haiku-4-5, provider: anthropic, model: claude-haiku-4-5 }
  - { id: gemini/gemini-3.5-flash, provider: gemini, model: gemini-3.5-flash }
  - { id: groq/llama, provider: groq, model: llama-3.3-70b-versatile }
  - id: scripted/gpt
    provider: scripted
    model: gpt-scripted
    price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 }
  - id: scripted/embedder
    provider: scripted
    model: embedder-scripted
    price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 }
  - { id: openai/embedder, provider: openai, model: text-embedding-3-small }
  - { id: gemini/embedder, provider: gemini, model: gemini-embedding-001 }
models:
  claude-first:
    name: Claude first
    deployments: [anthropic/claude-haiku-4-5, groq/llama, gemini/gemini-3.5-flash]
  any-embedder: { name: Any, deployments: [gemini/embedder, openai/embedder] }
`

const EVERYWHERE = [
  'openai/gpt-4.1',
  'openai/responses',
  'anthropic/claude-haiku-4-5',
  'gemini/gemini-3.5-flash',
  'groq/llama',
]

const likelihood = (token: string) => ({
  token,
  logprob: -0.25,
  bytes: [...Buffer.from(token)],
  top_logprobs: [{ token, logprob: -0.25, bytes: null }],
})
const SOURCES = [
  {
    type: 'url_citation',
    url_citation: { start_index: 0, end_index: 2, title: 'Here', url: 'https://example.org' },
  },
]
const SAID_OF_ITSELF = {
  id: 'theirs',
  model: 'gpt-dated',
  system_fingerprint: 'fp_1',
  service_tier: 'default',
}
/** Styling would close the code. */
const WORDS = ['```js\n', 'wait()']

/** Two answers of two words each, with all that OpenAI says beside them; or a vector for each input. */
function scriptedAnswer(request: Record<string, unknown>): object | object[] {
  const places = [0, 1]
  if (Array.isArray(request['input'])) {
    const data = request['input'].map((_, index) => ({ index, embedding: [index] }))
    return { model: 'embedder-dated', data, usage: { prompt_tokens: 4, total_tokens: 4 } }
  }
  if (request['stream'] !== true) {
    return {
      ...SAID_OF_ITSELF,
      object: 'chat.completion',
      created: 1,
      choices: places.map((index) => ({
        index,
        message: {
          role: 'assistant',
          content: WORDS.join(''),
          refusal: null,
          annotations: SOURCES,
        },
        logprobs: { content: WORDS.map(likelihood), refusal: null },
        finish_reason: 'stop',
      })),
    }
  }
  const chunk = (choice: object) => ({
    ...SAID_OF_ITSELF,
    object: 'chat.completion.chunk',
    created: 1,
    choices: [choice],
  })
  return places.flatMap((index) => [
    ...WORDS.map((content) =>
      chunk({ index, delta: { content }, logprobs: { content: [likelihood(content)] } }),
    ),
    chunk({ index, delta: { annotations: SOURCES } }),
    chunk({ index, delta: {}, finish_reason: 'stop' }),
  ])
}

let simulator: Simulator
let scripted: ScriptedProvider
let router: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  scripted = await startScriptedProvider(scriptedAnswer)
})
afterAll(async () => {
  await simulator.close()
  await scripted.close()
})
beforeEach(async () => {
  router = await startRouterUnderTest({
    yaml: YAML,
    environment: { SIMULATOR: simulator.url, SCRIPTED: scripted.url },
  })
  return () => router.close()
})

const ask = (content: string): OpenAI.ChatCompletionMessageParam[] => [{ role: 'user', content }]
const LOOK = {
  name: 'look_outside',
  description: 'Looks outside.',
  parameters: { type: 'object', properties: { at: { type: 'string' } } },
}
const QUESTION = 'Use the tool look_outside.'
const SEEN = 'a heron, number 4711'
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

async function everyItem<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

async function refusalOf(call: Promise<unknown>): Promise<APIError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(APIError)
  return error as APIError
}

test.each(EVERYWHERE.flatMap((model) => [[model, false] as const, [model, true] as const]))(
  '%s goes through the SDK’s own tool loop (streamed: %s)',
  async (model, stream) => {
    let calledWith: unknown
    const tools = [
      {
        type: 'function' as const,
        function: {
          ...LOOK,
          parse: JSON.parse as (input: string) => object,
          function: (input: object) => {
            calledWith = input
            return SEEN
          },
        },
      },
    ]
    const { completions } = router.client.chat
    const messages = ask(QUESTION)
    const runner = stream
      ? completions.runTools({ model, messages, tools, stream: true })
      : completions.runTools({ model, messages, tools })
    expect(await runner.finalContent()).toContain(SEEN)
    expect(calledWith).toBeInstanceOf(Object)
  },
)

test.each(EVERYWHERE)('%s takes an answer back as an SDK had it, with its nulls', async (model) => {
  const { completions } = router.client.chat
  const tools = [{ type: 'function' as const, function: LOOK }]
  const { choices } = await completions.create({ model, messages: ask(QUESTION), tools })
  const answer = choices[0]!.message
  const calls = answer.tool_calls!
  // As Python's `model_dump()` spells a message out.
  const spelledOut = { audio: null, function_call: null, annotations: [], ...answer }
  const { choices: later } = await completions.create({
    model,
    tools,
    messages: [
      ...ask(QUESTION),
      spelledOut,
      { role: 'tool', tool_call_id: calls[0]!.id, content: SEEN },
      { role: 'assistant', content: 'A heron.', tool_calls: null as never },
      ...ask('And now?'),
    ],
  })
  expect(later[0]?.message.content).not.toBe('')
})

test.each(EVERYWHERE)('%s sees the picture that a tool gave', async (model) => {
  const called = { name: 'look_outside', arguments: '{}' }
  const { choices } = await router.client.chat.completions.create({
    model,
    tools: [{ type: 'function', function: LOOK }],
    messages: [
      ...ask('Look.'),
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ id: 'call_1', type: 'function', function: called }],
      },
      {
        role: 'tool',
        tool_call_id: 'call_1',
        // OpenAI's types know no pictures here, and clients send them.
        content: [{ type: 'image_url', image_url: { url: PIXEL } }] as never,
      },
    ],
  })
  expect(choices[0]?.message.content).toContain('image/png, 1 × 1 pixels')
})

test.each(EVERYWHERE)('%s calls one of the allowed tools only', async (model) => {
  const tool = (name: string) => ({ type: 'function' as const, function: { ...LOOK, name } })
  const { choices } = await router.client.chat.completions.create({
    model,
    messages: ask(QUESTION),
    tools: [tool('look_inside'), tool('look_outside')],
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: {
        mode: 'required',
        tools: [{ type: 'function', function: { name: 'look_outside' } }],
      },
    },
  })
  expect(choices[0]?.finish_reason).toBe('tool_calls')
  expect(choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'look_outside' } }])
})

test.each(EVERYWHERE)('%s answers callers of the older functions in their words', async (model) => {
  const { completions } = router.client.chat
  const messages = ask(QUESTION)
  const asked = { model, messages, functions: [LOOK], function_call: 'auto' as const }
  const { choices } = await completions.create(asked)
  expect(choices[0]).toMatchObject({
    finish_reason: 'function_call',
    message: { content: null, function_call: { name: 'look_outside' } },
  })
  expect(choices[0]?.message).not.toHaveProperty('tool_calls')

  const chunks = await everyItem(await completions.create({ ...asked, stream: true }))
  const told = chunks.flatMap((chunk) => chunk.choices)
  const pieces = told.flatMap(({ delta }) => delta.function_call ?? [])
  expect(pieces[0]?.name).toBe('look_outside')
  expect(pieces.map((piece) => piece.arguments).join('')).toBe(
    choices[0]?.message.function_call?.arguments,
  )
  expect(told.at(-1)?.finish_reason).toBe('function_call')

  const { choices: later } = await completions.create({
    ...asked,
    messages: [
      ...messages,
      choices[0]!.message,
      { role: 'function', name: 'look_outside', content: SEEN },
    ],
  })
  expect(later[0]?.message.content).toContain(SEEN)
})

test.each(EVERYWHERE)('%s fills a zod schema, whole and streamed', async (model) => {
  const City = z.object({ name: z.string(), people: z.number() })
  const asked = {
    model,
    messages: ask('A city.'),
    response_format: zodResponseFormat(City, 'city'),
  }
  const { completions } = router.client.chat
  const whole = await completions.parse(asked)
  expect(City.safeParse(whole.choices[0]?.message.parsed).success).toBe(true)
  const streamed = await completions.stream(asked).finalChatCompletion()
  expect(City.safeParse(streamed.choices[0]?.message.parsed).success).toBe(true)
})

test.each(EVERYWHERE)(
  '%s ends a stream with its usage, null until then, if asked',
  async (model) => {
    const { completions } = router.client.chat
    const asked = { model, messages: ask('Hi'), stream: true as const }
    const chunks = await everyItem(
      await completions.create({ ...asked, stream_options: { include_usage: true } }),
    )
    const last = chunks.pop()
    expect(last).toMatchObject({
      choices: [],
      usage: { total_tokens: expect.any(Number) as number },
    })
    expect(chunks.length).toBeGreaterThan(2)
    for (const chunk of chunks) expect(chunk.usage).toBeNull()
    expect(new Set([...chunks, last].map((chunk) => chunk?.id)).size).toBe(1)

    for (const chunk of await everyItem(await completions.create(asked))) {
      expect(chunk).not.toHaveProperty('usage')
      expect(chunk.choices).toHaveLength(1)
    }
  },
)

test('what a provider says beside its answers is told, and the text is as it was weighed', async () => {
  const { choices, ...rest } = await router.client.chat.completions.create({
    model: 'scripted/gpt',
    messages: ask('Hi'),
    n: 2,
    logprobs: true,
    top_logprobs: 1,
  })
  expect(rest).toMatchObject({ system_fingerprint: 'fp_1', service_tier: 'default' })
  expect(choices).toMatchObject(
    [0, 1].map((index) => ({
      index,
      message: { content: WORDS.join(''), annotations: SOURCES },
      logprobs: { content: WORDS.map(likelihood), refusal: null },
    })),
  )
})

test('the SDK gathers the same from a stream', async () => {
  const stream = await router.client.chat.completions.create({
    model: 'scripted/gpt',
    messages: ask('Hi'),
    n: 2,
    logprobs: true,
    stream: true,
  })
  const chunks = await everyItem(stream)
  for (const chunk of chunks) {
    expect(chunk).toMatchObject({ system_fingerprint: 'fp_1', service_tier: 'default' })
  }
  const second = chunks.flatMap((chunk) => chunk.choices).filter(({ index }) => index === 1)
  expect(second.map(({ delta }) => delta.content ?? '').join('')).toBe(WORDS.join(''))
  expect(second.flatMap(({ logprobs }) => logprobs?.content ?? [])).toEqual(WORDS.map(likelihood))
  expect(
    second.flatMap(({ delta }) => (delta as { annotations?: unknown[] }).annotations ?? []),
  ).toEqual(SOURCES)
})

test('a server that speaks like OpenAI gets every option as it was sent', async () => {
  const asked = {
    messages: [{ role: 'user' as const, content: 'Hi', name: 'Ada' }],
    seed: 7,
    user: 'ada',
    metadata: { a: 'b' },
    store: true,
    logit_bias: { 5: 1 },
    service_tier: 'flex' as const,
    prediction: { type: 'content' as const, content: 'Hello' },
    safety_identifier: 'ada',
    prompt_cache_key: 'key',
    verbosity: 'low' as const,
    modalities: ['text' as const],
    web_search_options: {},
    max_completion_tokens: 5,
    reasoning_effort: 'low' as const,
    stop: ['END'],
    n: 2,
    parallel_tool_calls: false,
    some_newer_option: { of: 'theirs' },
    stream_options: { include_obfuscation: false },
  }
  const stream = await router.client.chat.completions.create({
    ...asked,
    model: 'scripted/gpt',
    stream: true,
  })
  await everyItem(stream)
  expect(scripted.requests.at(-1)).toEqual({
    ...asked,
    model: 'gpt-scripted',
    stream: true,
    // The router counts, whoever asked.
    stream_options: { include_obfuscation: false, include_usage: true },
  })
})

test.each([
  ['n', { n: 3 }, ['openai/responses', 'anthropic/claude-haiku-4-5', 'groq/llama']],
  ['stop', { stop: 'END' }, ['openai/responses']],
  ['logprobs', { logprobs: true }, ['anthropic/claude-haiku-4-5', 'groq/llama']],
])('a named model without `%s` says so, and calls nobody', async (param, option, models) => {
  for (const model of models) {
    simulator.clear()
    const asked = { model, messages: ask('Hi'), ...option }
    const error = await refusalOf(router.client.chat.completions.create(asked))
    expect(error).toBeInstanceOf(OpenAI.BadRequestError)
    expect(error).toMatchObject({ status: 400, code: 'unsupported-option', param })
    expect(simulator.attempts()).toEqual([])
  }
})

test('of a virtual model those without an option are passed over, and its decision says so', async () => {
  const { response } = await router.client.chat.completions
    .create({ model: 'claude-first', messages: ask('Hi'), n: 2 })
    .withResponse()
  expect(response.headers.get('x-brainlyx-deployment')).toBe('gemini/gemini-3.5-flash')
  const id = response.headers.get('x-brainlyx-decision')
  const decision: unknown = await (await router.admin(`/admin/decisions/${id}`)).json()
  expect(decision).toMatchObject({
    steps: [
      { what: 'lacks n', deployment: 'anthropic/claude-haiku-4-5' },
      { what: 'lacks n', deployment: 'groq/llama' },
    ],
  })
})

test('tokens are made vectors of where a model takes them, and elsewhere are refused', async () => {
  const { embeddings } = router.client
  const one = await embeddings.create({ model: 'openai/embedder', input: [1, 2, 3] })
  expect(one.data).toHaveLength(1)
  const two = await embeddings.create({ model: 'any-embedder', input: [[1, 2, 3], [4]] })
  expect(two.data.map(({ index }) => index)).toEqual([0, 1])
  expect(two.usage.prompt_tokens).toBe(4)
  const error = await refusalOf(embeddings.create({ model: 'gemini/embedder', input: [[1, 2]] }))
  expect(error).toMatchObject({ status: 400, code: 'unsupported-option', param: 'input' })
})

test('texts and tokens that are sent at once are no one call', async () => {
  const { embeddings } = router.client
  const model = 'scripted/embedder'
  const texts = ['a heron', 'a tern']
  const tokens = [[1, 2, 3], [4]]
  const told = await Promise.all(
    [texts, tokens].map((input) => embeddings.create({ model, input })),
  )
  expect(told.map(({ data }) => data.length)).toEqual([2, 2])
  const inputs = scripted.requests.slice(-2).map(({ input }) => input)
  expect(inputs).toEqual(expect.arrayContaining([texts, tokens]))
})

test('the SDK knows the id of every request, of refused ones too', async () => {
  const { completions } = router.client.chat
  for (const stream of [false, true]) {
    const { request_id: id } = await completions
      .create({ model: 'openai/gpt-4.1', messages: ask('Hi'), stream })
      .withResponse()
    expect(id).toMatch(/^[\da-f]{32}$/)
  }
  const stranger = new OpenAI({ baseURL: `${router.url}/v1`, apiKey: 'no-key', maxRetries: 0 })
  const refusals = await Promise.all([
    refusalOf(completions.create({ model: 'nobody/knows', messages: ask('Hi') })),
    refusalOf(completions.create({ model: 'openai/gpt-4.1', messages: [] })),
    refusalOf(stranger.models.list()),
  ])
  expect(refusals.map(({ status }) => status)).toEqual([404, 400, 401])
  for (const { requestID, error } of refusals) {
    expect(requestID).toBe((error as { traceId: string }).traceId)
  }
})

test.each([
  ['429-quota', 429],
  ['401', 502],
])('the SDK, which tries every %s again, is told that it is of no use', async (fault, status) => {
  simulator.clear()
  simulator.setFault({ fault })
  const client = router.client.withOptions({ maxRetries: 2 })
  const asked = { model: 'openai/gpt-4.1', messages: ask('Hi') }
  const error = await refusalOf(client.chat.completions.create(asked))
  const attempts = simulator.attempts().length
  simulator.clear()
  expect(error.status).toBe(status)
  expect(attempts).toBe(1)
})

test('when to try again is told where that helps', async () => {
  simulator.setFault({ fault: '429-retry-after-9' })
  const asked = { model: 'openai/gpt-4.1', messages: ask('Hi') }
  const error = await refusalOf(router.client.chat.completions.create(asked))
  simulator.clear()
  expect(error).toBeInstanceOf(OpenAI.RateLimitError)
  expect(error.headers?.get('retry-after')).toBe('9')
  expect(error.headers?.get('x-should-retry')).toBeNull()
})

/** A request of a client whose HTTP is not that of the SDK. */
function sendBytes(body: Buffer, headers: OutgoingHttpHeaders): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${router.url}/v1/chat/completions/`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${router.client.apiKey}`,
        'content-type': 'application/json',
        ...headers,
      },
    })
    request.on('response', resolve)
    request.on('error', reject)
    if (headers['expect'] === undefined) request.end(body)
    else request.on('continue', () => request.end(body))
    request.flushHeaders()
  })
}

const BODY = Buffer.from(JSON.stringify({ model: 'openai/gpt-4.1', messages: ask('Hi') }))

test.each<[string, Buffer, OutgoingHttpHeaders]>([
  ['in chunks', BODY, { 'transfer-encoding': 'chunked' }],
  ['once it is expected', BODY, { expect: '100-continue', 'content-length': BODY.length }],
  ['as gzip', gzipSync(BODY), { 'content-encoding': 'gzip' }],
])('a body may come %s', async (_name, body, headers) => {
  const response = await sendBytes(body, headers)
  expect(response.statusCode).toBe(200)
  expect(JSON.parse(await text(response))).toMatchObject({ object: 'chat.completion' })
})
