// Anthropic's Messages API by the official SDK, at every provider.
import Anthropic from '@anthropic-ai/sdk'
import { simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newPrompt } from '../http/ask-router.ts'
import { EVERYWHERE, EVERY_PROVIDER } from '../http/every-provider.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'
import type { RouterUnderTest } from '../http/router-under-test.ts'
import { startScriptedProvider } from '../http/scripted-provider.ts'

const FREE = 'price: { inputUsdPerMillion: 1, outputUsdPerMillion: 4 }'
const YAML = `${EVERY_PROVIDER}
  - { id: cut, provider: openai, model: gpt-4.1+cut-after-8, ${FREE} }
  - { id: busy, provider: openai, model: gpt-4.1+503, ${FREE} }
models:
  cut-then-claude: { name: Any, deployments: [cut, anthropic/claude] }
`

let simulator: Simulator
let router: RouterUnderTest
let client: Anthropic
beforeAll(async () => {
  simulator = await startSimulator()
  router = await startRouterUnderTest({ yaml: YAML, environment: { SIMULATOR: simulator.url } })
  client = new Anthropic({ baseURL: router.url, apiKey: router.client.apiKey, maxRetries: 0 })
})
beforeEach(() => simulator.clear())
afterAll(async () => {
  await router.close()
  await simulator.close()
})

const LOOK: Anthropic.Tool = {
  name: 'look_outside',
  description: 'Looks outside.',
  input_schema: { type: 'object', properties: { at: { type: 'string' } } },
}
const SEEN = 'a heron, number 4711'
const saying = (content: string): Anthropic.MessageParam[] => [{ role: 'user', content }]
const ask = (model: string, content = newPrompt()) => ({
  model,
  max_tokens: 4_000,
  messages: saying(content),
})

const textOf = ({ content }: Anthropic.Message): string =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('')

const refusalOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )

test.each(EVERYWHERE)('%s answers whole', async (model) => {
  const prompt = newPrompt()
  const { data, response } = await client.messages
    .create({ ...ask(model, prompt), system: 'Be brief.', metadata: { user_id: 'u' } })
    .withResponse()
  expect(data).toMatchObject({
    id: expect.stringMatching(/^msg_/),
    type: 'message',
    role: 'assistant',
    stop_reason: 'end_turn',
    stop_sequence: null,
  })
  expect(textOf(data)).toBe(simulatedAnswer(prompt).text)
  expect(data.usage.input_tokens).toBeGreaterThan(0)
  expect(data.usage.output_tokens).toBeGreaterThan(0)
  expect(response.headers.get('x-brainlyx-deployment')).toBe(model)
  expect(response.headers.get('request-id')).toMatch(/^[\da-f]{32}$/)
})

test.each(EVERYWHERE)('%s streams the events that the SDK knows', async (model) => {
  const prompt = newPrompt()
  const stream = client.messages.stream(ask(model, prompt))
  const types: string[] = []
  let open: number | undefined
  for await (const event of stream) {
    if (event.type !== types.at(-1)) types.push(event.type)
    if (event.type === 'content_block_start') {
      expect(open).toBeUndefined()
      open = event.index
    } else if (event.type === 'content_block_delta') expect(event.index).toBe(open)
    else if (event.type === 'content_block_stop') {
      expect(event.index).toBe(open)
      open = undefined
    }
  }
  expect(types[0]).toBe('message_start')
  expect(types.slice(-5)).toEqual([
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
  const message = await stream.finalMessage()
  expect(textOf(message)).toBe(simulatedAnswer(prompt).text)
  expect(message.stop_reason).toBe('end_turn')
  const whole = await client.messages.create({ ...ask(model, prompt) })
  expect(message.usage).toMatchObject({
    input_tokens: whole.usage.input_tokens,
    output_tokens: whole.usage.output_tokens,
  })
})

test.each(EVERYWHERE)('%s calls a tool, and hears what it gave', async (model) => {
  const prompt = newPrompt('Use the tool look_outside.')
  const asked = { ...ask(model, prompt), tools: [LOOK] }
  const stream = client.messages.stream(asked)
  const message = await stream.finalMessage()
  expect(message.stop_reason).toBe('tool_use')
  const calls = message.content.filter((block) => block.type === 'tool_use')
  expect(calls[0]).toMatchObject({ name: 'look_outside', input: expect.any(Object) })
  const whole = await client.messages.create({ ...asked, messages: saying(`${prompt} `) })
  expect(whole.stop_reason).toBe('tool_use')
  const later = await client.messages.create({
    ...asked,
    messages: [
      ...asked.messages,
      { role: 'assistant', content: message.content },
      {
        role: 'user',
        content: calls.map(({ id }) => ({
          type: 'tool_result' as const,
          tool_use_id: id,
          content: [{ type: 'text' as const, text: SEEN }],
        })),
      },
    ],
  })
  expect(textOf(later)).toContain(SEEN)
})

test.each(['openai/gpt-4.1', 'anthropic/claude', 'gemini/flash'])(
  '%s is shown pictures and documents',
  async (model) => {
    const pixel =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const image: Anthropic.ImageBlockParam = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: pixel },
    }
    const document: Anthropic.DocumentBlockParam = {
      type: 'document',
      title: 'Weather',
      source: { type: 'text', media_type: 'text/plain', data: 'It rained.' },
    }
    const content = [image, document, { type: 'text' as const, text: newPrompt() }]
    const { stop_reason: reason } = await client.messages.create({
      ...ask(model),
      messages: [{ role: 'user', content }],
    })
    expect(reason).toBe('end_turn')
  },
)

test('what Claude thought is told with its signature, and handed back it goes on from there', async () => {
  const thinking = { type: 'enabled' as const, budget_tokens: 2_000 }
  const prompt = newPrompt('Think hard. Use the tool look_outside.')
  const asked = { ...ask('anthropic/claude', prompt), thinking, tools: [LOOK] }
  const whole = await client.messages.create(asked)
  const streamed = await client.messages
    .stream({ ...asked, messages: saying(`${prompt} `) })
    .finalMessage()
  for (const { content } of [whole, streamed]) {
    expect(content[0]).toMatchObject({
      type: 'thinking',
      thinking: expect.stringMatching(/\w/),
      signature: expect.stringMatching(/\w/),
    })
  }
  const call = streamed.content.find((block) => block.type === 'tool_use')!
  const later = await client.messages.create({
    ...asked,
    messages: [
      ...saying(`${prompt} `),
      { role: 'assistant', content: streamed.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: SEEN }] },
    ],
  })
  expect(later.content[0]).toMatchObject({ type: 'thinking' })
  expect(textOf(later)).toContain(SEEN)
})

test('what another provider thought bears no signature, and Claude is not given it', async () => {
  const thinking = { type: 'adaptive' as const }
  const asked = { ...ask('groq/oss', newPrompt('Think hard.')), thinking }
  const { content } = await client.messages.create(asked)
  expect(content[0]).toMatchObject({ type: 'thinking', signature: '' })
  const messages = [
    ...asked.messages,
    { role: 'assistant' as const, content },
    ...saying(newPrompt('And now?')),
  ]
  const later = await client.messages.create({ ...asked, model: 'anthropic/claude', messages })
  expect(later.stop_reason).toBe('end_turn')
})

test.each(EVERYWHERE.flatMap((model) => [[model, false] as const, [model, true] as const]))(
  '%s goes through the SDK’s own tool loop, which lets nobody keep its conversation (streamed: %s)',
  async (model, stream) => {
    const heard: unknown[] = []
    const runner = client.beta.messages.toolRunner({
      ...ask(model, newPrompt('Use the tool look_outside.')),
      stream,
      tools: [
        {
          ...LOOK,
          parse: (input: unknown) => input,
          run: (input: unknown) => {
            heard.push(input)
            return SEEN
          },
        },
      ],
    })
    const message = await runner.runUntilDone()
    expect(heard).toEqual([expect.any(Object)])
    expect(message.content).toContainEqual(
      expect.objectContaining({ type: 'text', text: expect.stringContaining(SEEN) }),
    )
  },
)

test('a beginning of the answer is gone on with by who can, and refused where nobody can', async () => {
  const prompt = newPrompt()
  const { text } = simulatedAnswer(prompt)
  const beginning = text.slice(0, 24).trimEnd()
  const messages: Anthropic.MessageParam[] = [
    ...saying(prompt),
    { role: 'assistant', content: [{ type: 'text', text: beginning }] },
  ]
  const goneOn = await client.messages.create({ ...ask('anthropic/claude'), messages })
  expect(`${beginning}${textOf(goneOn)}`).toBe(text)
  const refused = await refusalOf(client.messages.create({ ...ask('openai/gpt-4.1'), messages }))
  expect(refused).toMatchObject({
    status: 400,
    error: { error: { problem: 'prefill-unsupported' } },
  })
})

test('an answer has its schema', async () => {
  const schema = {
    type: 'object',
    properties: { bird: { type: 'string' } },
    required: ['bird'],
    additionalProperties: false,
  }
  for (const model of EVERYWHERE) {
    const message = await client.messages.create({
      ...ask(model),
      output_config: { format: { type: 'json_schema', schema } },
    })
    expect(JSON.parse(textOf(message)), model).toMatchObject({ bird: expect.any(String) })
  }
})

test.each([
  ['a model that cannot think', 'false', undefined],
  ['one that knows fewer efforts', 'true', 'high'],
])('thinking is a wish: %s is told as much as it can', async (_what, reasons, effort) => {
  const provider = await startScriptedProvider(() => ({
    choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
  }))
  const other = await startRouterUnderTest({
    yaml: `
providers: { local: { kind: openai, name: Local, baseUrl: '${provider.url}/v1', keys: [key] } }
deployments: [{ id: local/m, provider: local, model: m, capabilities: { reasoning: ${reasons} }, ${FREE} }]
`,
  })
  try {
    const { messages } = new Anthropic({ baseURL: other.url, apiKey: other.client.apiKey })
    const thinking = { type: 'adaptive' as const }
    await messages.create({ ...ask('local/m'), thinking, output_config: { effort: 'max' } })
    expect(provider.requests[0]?.['reasoning_effort']).toBe(effort)
  } finally {
    await other.close()
    await provider.close()
  }
})

test('Anthropic’s cache marks reach nobody who refuses them', async () => {
  const provider = await startScriptedProvider(() => ({
    choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
  }))
  const other = await startRouterUnderTest({
    yaml: `
providers: { local: { kind: openai, name: Local, baseUrl: '${provider.url}/v1', keys: [key] } }
deployments: [{ id: local/m, provider: local, model: m, price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } }]
`,
  })
  try {
    const { messages } = new Anthropic({ baseURL: other.url, apiKey: other.client.apiKey })
    const mark = { cache_control: { type: 'ephemeral' as const } }
    await messages.create({
      model: 'local/m',
      max_tokens: 100,
      system: [{ type: 'text', text: 'Be brief.', ...mark }],
      tools: [{ ...LOOK, ...mark }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      stop_sequences: ['END'],
      messages: [
        { role: 'user', content: 'Look.' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
            { type: 'text', text: 'I look.' },
            { type: 'tool_use', id: 'toolu_1', name: 'look_outside', input: { at: 'sea' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'tool_result', tool_use_id: 'toolu_1', content: SEEN, ...mark },
          ],
        },
      ],
    })
    const call = { name: 'look_outside', arguments: '{"at":"sea"}' }
    const { name, description, input_schema: parameters } = LOOK
    expect(provider.requests[0]).toEqual({
      model: 'm',
      stream: false,
      max_tokens: 100,
      stop: ['END'],
      parallel_tool_calls: false,
      tool_choice: 'required',
      tools: [{ type: 'function', function: { name, description, parameters } }],
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', content: 'Look.' },
        {
          role: 'assistant',
          content: 'I look.',
          tool_calls: [{ id: 'toolu_1', type: 'function', function: call }],
        },
        { role: 'tool', tool_call_id: 'toolu_1', content: [{ type: 'text', text: SEEN }] },
        { role: 'user', content: [{ type: 'text', text: 'What is it?' }] },
      ],
    })
  } finally {
    await other.close()
    await provider.close()
  }
})

test.each([true, false])(
  'tokens are counted before they are sent (with tools: %s)',
  async (tools) => {
    const { messages } = ask('anthropic/claude', 'What is a lighthouse for?')
    const asked = { model: 'anthropic/claude', messages, ...(tools ? { tools: [LOOK] } : {}) }
    const counted = await client.messages.countTokens(asked)
    expect(counted.input_tokens).toBeGreaterThan(tools ? 15 : 4)
    expect(counted.input_tokens).toBeLessThan(100)
    await expect(
      client.messages.countTokens({ ...asked, model: 'nobody/x' }),
    ).rejects.toMatchObject({
      status: 404,
    })
  },
)

test.each<[string, object, number, string, string]>([
  ['no limit', { max_tokens: undefined }, 400, 'invalid_request_error', 'invalid-request'],
  ['an unknown model', { model: 'nobody/x' }, 404, 'not_found_error', 'model-not-found'],
  ['a busy provider', { model: 'busy' }, 503, 'overloaded_error', 'provider-overloaded'],
  [
    'a tool of Anthropic’s own',
    { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    400,
    'invalid_request_error',
    'unsupported-option',
  ],
  [
    'servers of tools',
    { mcp_servers: [{ type: 'url', url: 'https://example.com', name: 'x' }] },
    400,
    'invalid_request_error',
    'unsupported-option',
  ],
  [
    'a conversation that is kept',
    { thread: { type: 'continue', previous_message_id: 'msg_1' } },
    400,
    'invalid_request_error',
    'unsupported-option',
  ],
  [
    'a place to think at',
    { inference_geo: 'us' },
    400,
    'invalid_request_error',
    'unsupported-option',
  ],
  [
    'an uploaded picture',
    {
      messages: [
        { role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] },
      ],
    },
    400,
    'invalid_request_error',
    'unsupported-option',
  ],
  [
    'a picture at a private address',
    {
      messages: [
        {
          role: 'user',
          content: [{ type: 'image', source: { type: 'url', url: 'http://10.0.0.1/a.png' } }],
        },
      ],
    },
    400,
    'invalid_request_error',
    'invalid-request',
  ],
])('%s is refused in Anthropic’s words', async (_what, options, status, type, problem) => {
  const asked = {
    ...ask('anthropic/claude'),
    ...options,
  } as Anthropic.MessageCreateParamsNonStreaming
  for (const stream of [false, true]) {
    const refused = await refusalOf(client.messages.create({ ...asked, stream }))
    expect(refused).toBeInstanceOf(Anthropic.APIError)
    expect(refused).toMatchObject({ status, error: { type: 'error', error: { type, problem } } })
    expect((refused as InstanceType<typeof Anthropic.APIError>).requestID).toMatch(/^[\da-f]{32}$/)
  }
})

test('a key that is not known is refused, in whichever header it comes', async () => {
  for (const credential of [{ apiKey: 'wrong' }, { apiKey: null, authToken: 'wrong' }]) {
    const stranger = new Anthropic({ baseURL: router.url, ...credential, maxRetries: 0 })
    const refused = await refusalOf(stranger.messages.create(ask('anthropic/claude')))
    expect(refused).toBeInstanceOf(Anthropic.AuthenticationError)
  }
  const authToken = router.client.apiKey
  const known = new Anthropic({ baseURL: router.url, apiKey: null, authToken, maxRetries: 0 })
  expect(await known.messages.create(ask('anthropic/claude'))).toMatchObject({ type: 'message' })
})

test('a stream that breaks off is gone on with elsewhere, and where nobody can it fails', async () => {
  const prompt = newPrompt()
  const rescued = await client.messages.stream(ask('cut-then-claude', prompt)).finalMessage()
  expect(textOf(rescued)).toBe(simulatedAnswer(prompt).text)
  const stream = client.messages.stream(ask('cut'))
  const said: string[] = []
  stream.on('text', (text) => said.push(text))
  const refused = await refusalOf(stream.finalMessage())
  expect(said.join('')).not.toBe('')
  expect(refused).toBeInstanceOf(Anthropic.APIError)
  expect((refused as Error).message).toContain('stream-cut')
})
