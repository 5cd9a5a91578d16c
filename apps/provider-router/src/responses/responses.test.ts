// The Responses API by the official SDK, at every provider.
import { simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import OpenAI from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { newPrompt } from '../http/ask-router.ts'
import { EVERYWHERE, EVERY_PROVIDER } from '../http/every-provider.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'
import type { RouterUnderTest } from '../http/router-under-test.ts'
import { LOOK, SEEN } from './look-outside.ts'

type Event = OpenAI.Responses.ResponseStreamEvent
type Input = OpenAI.Responses.ResponseInputItem[]

const YAML = `${EVERY_PROVIDER}
  - { id: cut, provider: openai, model: gpt-4.1+cut-after-8, price: { inputUsdPerMillion: 1, outputUsdPerMillion: 4 } }
models:
  cut-then-claude: { name: Any, deployments: [cut, anthropic/claude] }
  cut-then-gpt: { name: Any, deployments: [cut, openai/gpt-4.1] }
`

let simulator: Simulator
let router: RouterUnderTest
let responses: OpenAI['responses']
beforeAll(async () => {
  simulator = await startSimulator()
  router = await startRouterUnderTest({ yaml: YAML, environment: { SIMULATOR: simulator.url } })
  responses = router.client.responses
})
beforeEach(() => simulator.clear())
afterAll(async () => {
  await router.close()
  await simulator.close()
})

async function everyEvent(stream: AsyncIterable<Event>): Promise<Event[]> {
  const events: Event[] = []
  for await (const event of stream) events.push(event)
  return events
}

/** Each type once, where several of one come in a row. */
const typesOf = (events: readonly Event[]): string[] =>
  events.map(({ type }) => type).filter((type, place, all) => type !== all[place - 1])

/** A stream as it is sent. */
async function rawEvents(
  model: string,
  input: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const response = await fetch(`${router.url}/v1/responses`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${router.client.apiKey}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify({ model, input, stream: true }),
  })
  return (await response.text()).trimEnd().split('\n\n')
}

async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
}

test.each(EVERYWHERE)('%s answers whole, and says what was asked', async (model) => {
  const prompt = newPrompt()
  const { data, response } = await responses
    .create({
      model,
      input: prompt,
      instructions: 'Be brief.',
      metadata: { topic: 'birds' },
      temperature: 0.5,
    })
    .withResponse()
  expect(data).toMatchObject({
    object: 'response',
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: 'Be brief.',
    metadata: { topic: 'birds' },
    temperature: 0.5,
    store: false,
    output_text: simulatedAnswer(prompt).text,
  })
  const { usage } = data
  expect(usage!.input_tokens).toBeGreaterThan(0)
  expect(usage!.total_tokens).toBe(usage!.input_tokens + usage!.output_tokens)
  expect(data.output.at(-1)).toMatchObject({
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', annotations: [] }],
  })
  expect(response.headers.get('x-brainlyx-deployment')).toBe(model)
  expect(response.headers.get('x-brainlyx-decision')).not.toBeNull()
  expect(response.headers.get('x-brainlyx-cost-pico-usd')).not.toBeNull()
})

test.each(EVERYWHERE)('%s streams the events that the SDK knows, numbered', async (model) => {
  const prompt = newPrompt()
  const events = await everyEvent(await responses.create({ model, input: prompt, stream: true }))
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, place) => place))
  const told = typesOf(events)
  expect(told.slice(0, 3)).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
  ])
  expect(told.slice(-6)).toEqual([
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ])
  const text = events.map((event) =>
    event.type === 'response.output_text.delta' ? event.delta : '',
  )
  expect(text.join('')).toBe(simulatedAnswer(prompt).text)
  const last = events.at(-1) as OpenAI.Responses.ResponseCompletedEvent
  const items = events.flatMap((event) =>
    event.type === 'response.output_item.done' ? [event.item] : [],
  )
  expect(last.response.output).toEqual(items)
  expect(last.response.usage!.output_tokens).toBeGreaterThan(0)
})

test.each(EVERYWHERE.slice(1))('%s shows its reasoning as a summary', async (model) => {
  const stream = await responses.create({
    model,
    input: newPrompt('Why is the sky blue? Think.'),
    reasoning: { effort: 'medium', summary: 'auto' },
    stream: true,
  })
  const events = await everyEvent(stream)
  expect(typesOf(events).slice(2, 8)).toEqual([
    'response.output_item.added',
    'response.reasoning_summary_part.added',
    'response.reasoning_summary_text.delta',
    'response.reasoning_summary_text.done',
    'response.reasoning_summary_part.done',
    'response.output_item.done',
  ])
  const { response } = events.at(-1) as OpenAI.Responses.ResponseCompletedEvent
  expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'message'])
  expect(response.output[0]).toMatchObject({ summary: [{ type: 'summary_text' }] })
})

test.each(EVERYWHERE)('%s calls a function, and goes on from what it gave', async (model) => {
  const input: Input = [{ role: 'user', content: newPrompt('Use the tool look_outside.') }]
  const asked = { model, tools: [LOOK], tool_choice: 'auto' as const }
  const first = await responses.create({ ...asked, input })
  const [call] = first.output.filter((item) => item.type === 'function_call')
  expect(call).toMatchObject({ name: 'look_outside', status: 'completed' })
  expect(JSON.parse(call!.arguments)).toBeInstanceOf(Object)

  const streamed = await responses.stream({ ...asked, input }).finalResponse()
  expect(streamed.output.at(-1)).toMatchObject({
    type: 'function_call',
    name: call!.name,
    arguments: call!.arguments,
  })

  // As clients do: the whole answer back, reasoning and all.
  const result = { type: 'function_call_output' as const, call_id: call!.call_id, output: SEEN }
  const later = await responses.create({
    ...asked,
    input: [...input, ...(first.output as Input), result],
  })
  expect(later.output_text).toContain(SEEN)
})

const SQL = {
  type: 'custom' as const,
  name: 'run_query',
  description: 'Runs a query.',
  format: { type: 'grammar' as const, syntax: 'lark' as const, definition: 'start: "SELECT 1"' },
}

test.each(EVERYWHERE)('%s calls a custom tool with text as it comes', async (model) => {
  const input: Input = [{ role: 'user', content: newPrompt('Use the tool run_query.') }]
  const asked = { model, tools: [LOOK, SQL] }
  const first = await responses.create({ ...asked, input })
  const call = first.output.find((item) => item.type === 'custom_tool_call')!
  expect(call).toMatchObject({ id: expect.stringMatching(/^ctc_/), name: 'run_query' })
  expect(call.input).toMatch(/^[^{]/)

  const events = await everyEvent(await responses.create({ ...asked, input, stream: true }))
  const text = events.flatMap((event) =>
    event.type === 'response.custom_tool_call_input.delta' ? [event.delta] : [],
  )
  expect(text.join('')).toBe(call.input)
  expect(typesOf(events).slice(-5)).toEqual([
    'response.output_item.added',
    'response.custom_tool_call_input.delta',
    'response.custom_tool_call_input.done',
    'response.output_item.done',
    'response.completed',
  ])
  expect(events.at(-3)).toMatchObject({ input: call.input })
  expect(events.at(-2)).toMatchObject({ item: { status: 'completed', input: call.input } })

  const result = { type: 'custom_tool_call_output' as const, call_id: call.call_id, output: SEEN }
  const later = await responses.create({
    ...asked,
    input: [...input, ...(first.output as Input), result],
  })
  expect(later.output_text).toContain(SEEN)
})

test.each(EVERYWHERE)('%s calls the function that is named, and no other', async (model) => {
  const tools = [{ ...LOOK, name: 'look_inside' }, LOOK]
  const forms = [
    { type: 'function' as const, name: 'look_outside' },
    {
      type: 'allowed_tools' as const,
      mode: 'required' as const,
      tools: [{ type: 'function', name: 'look_outside' }],
    },
  ]
  for (const choice of forms) {
    const { output } = await responses.create({
      model,
      input: newPrompt('Use the tool look_outside.'),
      tools,
      tool_choice: choice,
      parallel_tool_calls: false,
    })
    const calls = output.flatMap((item) => (item.type === 'function_call' ? [item.name] : []))
    expect(calls).toEqual(['look_outside'])
  }
})

test.each(EVERYWHERE)('%s fills a zod schema, whole and streamed', async (model) => {
  const City = z.object({ name: z.string(), people: z.number() })
  const asked = { model, input: 'A city.', text: { format: zodTextFormat(City, 'city') } }
  const whole = await responses.parse(asked)
  expect(City.safeParse(whole.output_parsed).success).toBe(true)
  const streamed = await responses.stream(asked).finalResponse()
  expect(City.safeParse(streamed.output_parsed).success).toBe(true)
})

test.each(EVERYWHERE)('%s sees a picture, also one that a function gave', async (model) => {
  const image = { type: 'input_image' as const, image_url: PIXEL, detail: 'auto' as const }
  const { output_text: text } = await responses.create({
    model,
    input: [{ role: 'user', content: [{ type: 'input_text', text: newPrompt() }, image] }],
  })
  expect(text).toContain('image/png, 1 × 1 pixels')
  const given = await responses.create({
    model,
    tools: [LOOK],
    tool_choice: 'none',
    input: [
      { role: 'user', content: 'Look.' },
      { type: 'function_call', call_id: 'call_1', name: 'look_outside', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: [image] },
    ],
  })
  expect(given.output_text).toContain('image/png, 1 × 1 pixels')
})

/** One pixel. */
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

test.each(EVERYWHERE)('%s says that its answer is not whole', async (model) => {
  const asked = { model, input: newPrompt(), max_output_tokens: 16 }
  const cut = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }
  expect(await responses.create(asked)).toMatchObject(cut)
  const events = await everyEvent(await responses.create({ ...asked, stream: true }))
  expect(events.at(-1)).toMatchObject({ type: 'response.incomplete', response: cut })
})

test.each(EVERYWHERE)('%s is refused by a status before its answer begins', async (model) => {
  simulator.setFault({ fault: 'context-length' })
  for (const stream of [false, true]) {
    const error = await refusalOf(responses.create({ model, input: newPrompt(), stream }))
    expect(error).toBeInstanceOf(OpenAI.BadRequestError)
    expect(error).toMatchObject({ status: 400, code: 'context_length_exceeded' })
  }
})

test.each(['cut-then-claude', 'cut-then-gpt'])(
  'a stream that breaks off is one answer, one message and one list of numbers (%s)',
  async (model) => {
    const prompt = newPrompt()
    const { data, response } = await responses
      .create({ model, input: prompt, stream: true })
      .withResponse()
    const events = await everyEvent(data)
    expect(simulator.attempts({ prompt })).toHaveLength(2)
    expect(response.headers.get('x-brainlyx-deployment')).toBe('cut')
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, place) => place))
    const { response: told } = events.at(-1) as OpenAI.Responses.ResponseCompletedEvent
    expect(told.status).toBe('completed')
    const messages = told.output.filter(({ type }) => type === 'message')
    expect(messages).toMatchObject([{ content: [{ text: simulatedAnswer(prompt).text }] }])
  },
)

test('a service hears of both calls, and of no restart, which has no place here', async () => {
  const prompt = newPrompt()
  const events = await rawEvents('cut-then-gpt', prompt, { 'x-brainlyx-events': '1' })
  expect(events.pop()).toBe('data: [DONE]')
  expect(events.at(-1)).toMatch(/^event: response\.completed\n/)
  const ours = events.filter((event) => event.startsWith('data: {"brainlyx":'))
  const types = ours.map((event) => /"type":"([a-z-]+)"/.exec(event)?.[1])
  expect(types).toEqual(['attempt-start', 'attempt-end', 'attempt-start', 'attempt-end'])
  const text = simulatedAnswer(prompt).text
  expect(events.at(-1)).toContain(JSON.stringify(text).slice(1, -1))
})

test('a stream that nobody rescues fails, and never as if complete', async () => {
  const events = await rawEvents('cut', newPrompt())
  const last = events.slice(-2).map((event) => {
    const [name, data] = event.split('\n')
    return [name, JSON.parse(data!.slice('data: '.length))] as const
  })
  expect(last).toMatchObject([
    ['event: error', { type: 'error', code: 'stream-cut', error: { code: 'stream-cut' } }],
    [
      'event: response.failed',
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error' } } },
    ],
  ])
  const read = responses.stream({ model: 'cut', input: newPrompt() }).finalResponse()
  expect(await refusalOf(read)).toMatchObject({ code: 'stream-cut' })
})

test.each<[string, object, string]>([
  ['an earlier response', { previous_response_id: 'resp_1' }, 'previous_response_id'],
  ['a conversation', { conversation: 'conv_1' }, 'conversation'],
  ['a kept prompt', { prompt: { id: 'pmpt_1' } }, 'prompt'],
  ['an answer for later', { background: true }, 'background'],
  ['a kept item', { input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0]'],
  ['a tool that runs here', { tools: [LOOK, { type: 'file_search' }] }, 'tools[1].type'],
  [
    'one in a namespace',
    { tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'mcp' }] }] },
    'tools[0].tools[0].type',
  ],
  ['a search and nothing else', { tools: [{ type: 'web_search' }] }, 'tools[0].type'],
  [
    'the choice of a search',
    { tools: [LOOK, { type: 'web_search' }], tool_choice: { type: 'web_search' } },
    'tool_choice.type',
  ],
  ['the choice of one', { tool_choice: { type: 'file_search' } }, 'tool_choice.type'],
])('%s is refused by its name', async (_name, asked, param) => {
  const model = 'openai/gpt-4.1'
  const prompt = newPrompt()
  const error = await refusalOf(responses.create({ model, input: prompt, ...asked }))
  expect(error).toMatchObject({ status: 400, code: 'unsupported-option', param })
  expect(simulator.attempts({ prompt })).toEqual([])
})

const at = (part: object) => ({ input: [{ role: 'user', content: [part] }] })
const PRIVATE = 'http://169.254.169.254/latest'

test.each<[string, object, string]>([
  ['no input', { input: null }, 'input'],
  ['an item of another kind', { input: [{ type: 'computer_call' }] }, 'input[0].type'],
  ['a function without a name', { tools: [{ type: 'function' }] }, 'tools[0].name'],
  [
    'a private picture',
    at({ type: 'input_image', image_url: PRIVATE }),
    'input[0].content[0].image_url',
  ],
  ['a private file', at({ type: 'input_file', file_url: PRIVATE }), 'input[0].content[0].file_url'],
  ['a file that is none', at({ type: 'input_file' }), 'input[0].content[0]'],
])('%s is not valid, and where is told', async (_name, asked, param) => {
  const error = await refusalOf(
    responses.create({ model: 'openai/gpt-4.1', input: newPrompt(), ...asked }),
  )
  expect(error).toMatchObject({ status: 400, code: 'invalid-request', param })
})

test('a file is read where it is, or as it was sent', async () => {
  const url = 'https://example.org/a.pdf'
  const data = 'data:application/pdf;base64,JVBERi0xLjQK'
  for (const part of [{ file_url: url }, { filename: 'a.pdf', file_data: data }]) {
    const { output_text: text } = await responses.create({
      model: 'anthropic/claude',
      input: [{ role: 'user', content: [{ type: 'input_file', ...part }] }],
    })
    expect(text).toContain('file_url' in part ? url : 'application/pdf, 9 bytes')
  }
})

test('what is only named is left out where nobody would miss it', async () => {
  const input = [
    { role: 'user', content: newPrompt() },
    { type: 'item_reference', id: 'rs_1' },
    { type: 'reasoning', id: 'rs_2', summary: [] },
    // Said before a call, as the Vercel AI SDK names it in its loop of tools.
    { type: 'item_reference', id: 'msg_1' },
    { type: 'function_call', call_id: 'call_1', name: 'look_outside', arguments: '{}' },
    { type: 'function_call_output', call_id: 'call_1', output: SEEN },
  ] as Input
  const asked = { model: 'openai/gpt-4.1', tools: [LOOK] }
  const { output_text: text } = await responses.create({ ...asked, input })
  expect(text).toContain(SEEN)
  // An answer is another thing.
  const error = await refusalOf(
    responses.create({
      ...asked,
      input: [...input, { type: 'item_reference', id: 'msg_2' }, { role: 'user', content: 'And?' }],
    }),
  )
  expect(error).toMatchObject({ status: 400, param: 'input[6]' })
})
