// What models thought, for clients that hand reasoning back without reading it.
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import type OpenAI from 'openai'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { newPrompt } from '../http/ask-router.ts'
import { EVERYWHERE, EVERY_PROVIDER } from '../http/every-provider.ts'
import { respond, startRawProvider } from '../http/raw-provider.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'
import type { RouterUnderTest } from '../http/router-under-test.ts'
import { startScriptedProvider } from '../http/scripted-provider.ts'
import { inputMessages } from './input-messages.ts'
import { packThoughts } from './packed-thoughts.ts'
import { LOOK, SEEN } from './look-outside.ts'

type Input = OpenAI.Responses.ResponseInputItem[]

let simulator: Simulator
let router: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  router = await startRouterUnderTest({
    yaml: EVERY_PROVIDER,
    environment: { SIMULATOR: simulator.url },
  })
})
afterAll(async () => {
  await router.close()
  await simulator.close()
})

/** As clients ask that keep the conversation themselves. */
const asked = (model: string) => ({
  model,
  tools: [LOOK],
  store: false,
  reasoning: { effort: 'low' as const, summary: 'auto' as const },
  include: ['reasoning.encrypted_content' as const],
})

test.each([false, true])(
  'Claude thinks on from its own thoughts (streamed: %s)',
  async (stream) => {
    const { responses } = router.client
    const options = asked('anthropic/claude')
    const input: Input = [{ role: 'user', content: newPrompt('Use the tool look_outside.') }]
    const first = stream
      ? await responses.stream({ ...options, input }).finalResponse()
      : await responses.create({ ...options, input })
    expect(first.output.map(({ type }) => type)).toEqual(['reasoning', 'function_call'])
    expect(first.output[0]).toMatchObject({
      encrypted_content: expect.stringMatching(/^thoughts\./),
    })
    const call = first.output[1] as OpenAI.Responses.ResponseFunctionToolCall
    const result = { type: 'function_call_output' as const, call_id: call.call_id, output: SEEN }
    const later = await responses.create({
      ...options,
      input: [...input, ...(first.output as Input), result],
    })
    // Without them this Claude is not let think before it has answered.
    expect(later.output.map(({ type }) => type)).toEqual(['reasoning', 'message'])
    expect(later.output_text).toContain(SEEN)

    // Another model's are no use to anybody else, and in nobody's way.
    for (const model of EVERYWHERE) {
      const elsewhere = await responses.create({
        ...asked(model),
        input: [...input, ...(first.output as Input), result],
      })
      expect(elsewhere.output_text).toContain(SEEN)
    }
  },
)

test('who does not ask for it gets nothing to hand back', async () => {
  const { output } = await router.client.responses.create({
    ...asked('anthropic/claude'),
    include: [],
    input: newPrompt('Think.'),
  })
  expect(output[0]).toMatchObject({ type: 'reasoning', summary: [{ type: 'summary_text' }] })
  expect(output[0]).not.toHaveProperty('encrypted_content')
})

test('thoughts stand where they stood, and are those of the answer that they led to', () => {
  const thought = (thinking: string) => ({ type: 'thinking' as const, thinking, signature: 'c2ln' })
  const reasoning = (thinking: string) => ({
    type: 'reasoning' as const,
    encrypted_content: packThoughts([thought(thinking)]),
  })
  const call = (id: string) => ({
    type: 'function_call' as const,
    call_id: id,
    name: 'look',
    arguments: '{"at":"x"}',
  })
  const picture = { type: 'input_image' as const, image_url: 'https://example.org/a.png' }
  const messages = inputMessages(null, [
    { type: 'message', role: 'user', content: 'Look.' },
    reasoning('a'),
    { type: 'message', role: 'assistant', content: 'First:' },
    reasoning('b'),
    call('1'),
    { type: 'function_call_output', call_id: '1', output: [picture] },
    reasoning('c'),
    call('2'),
    { type: 'function_call_output', call_id: '2', output: 'y' },
    reasoning('of nothing'),
    { type: 'message', role: 'user', content: 'And now?' },
    { type: 'message', role: 'assistant', content: 'Now this.' },
  ])
  const used = (id: string) => ({ type: 'tool_use', id, name: 'look', input: { at: 'x' } })
  expect(messages.filter(({ role }) => role === 'assistant')).toMatchObject([
    {
      content: 'First:',
      answer_blocks: [thought('a'), { type: 'text', text: 'First:' }, thought('b'), used('1')],
    },
    { answer_blocks: [thought('c'), used('2')] },
    { content: 'Now this.' },
  ])
  expect(messages.at(-1)).not.toHaveProperty('answer_blocks')
})

/** OpenAI's answers: what it thought, sealed, and a call; after the call's result, what it saw. */
const SEALED = 'gAAAAABsealed'
function openAiAnswer(request: Record<string, unknown>): object {
  const input = request['input'] as { type?: string; output?: string }[]
  const result = input.find(({ type }) => type === 'function_call_output')
  const include = (request['include'] ?? []) as string[]
  const reasoning = {
    type: 'reasoning',
    id: 'rs_theirs',
    summary: [],
    ...(include.includes('reasoning.encrypted_content') && { encrypted_content: SEALED }),
  }
  const call = { type: 'function_call', call_id: 'call_1', name: 'look_outside', arguments: '{ }' }
  const text = { type: 'output_text', text: result?.output, annotations: [] }
  const said = { type: 'message', role: 'assistant', status: 'completed', content: [text] }
  return {
    id: 'resp_theirs',
    object: 'response',
    status: 'completed',
    model: 'gpt-5.4',
    output: [reasoning, result === undefined ? call : said],
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  }
}

const yamlOf = (url: string): string => `
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '${url}/v1', keys: [key] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '${simulator.url}', keys: [key-of-anthropic] }
deployments:
  - { id: gpt, provider: openai, model: gpt-5.4, api: responses }
  - { id: older, provider: openai, model: gpt-4.1, api: responses }
  - { id: claude, provider: anthropic, model: claude-haiku-4-5 }
`

test('OpenAI is handed back what it sealed, before what it led to', async () => {
  const openai = await startScriptedProvider(openAiAnswer)
  const own = await startRouterUnderTest({ yaml: yamlOf(openai.url) })
  onTestFinished(async () => {
    await own.close()
    await openai.close()
  })
  const { responses } = own.client
  const input: Input = [{ role: 'user', content: newPrompt() }]
  const first = await responses.create({ ...asked('gpt'), input })
  expect(first.output.map(({ type }) => type)).toEqual(['reasoning', 'function_call'])
  const result = { type: 'function_call_output' as const, call_id: 'call_1', output: SEEN }
  const conversation = [...input, ...(first.output as Input), result]
  const later = await responses.create({ ...asked('gpt'), input: conversation })
  expect(later.output_text).toBe(SEEN)
  expect(openai.requests.map((request) => request['include'])).toEqual([
    ['reasoning.encrypted_content'],
    ['reasoning.encrypted_content'],
  ])
  expect(openai.requests[1]?.['input']).toMatchObject([
    { role: 'user' },
    { type: 'reasoning', id: 'rs_theirs', summary: [], encrypted_content: SEALED },
    { type: 'function_call', call_id: 'call_1', arguments: '{ }' },
    { type: 'function_call_output', output: SEEN },
  ])

  // Claude cannot open it, and models that do not think refuse to be asked for it.
  expect(await responses.create({ ...asked('claude'), input: conversation })).toMatchObject({
    status: 'completed',
  })
  await responses.create({ ...asked('older'), input })
  expect(openai.requests.at(-1)).not.toHaveProperty('include')
})

test('where OpenAI cannot open what is sealed, it answers without', async () => {
  const refusal = {
    error: {
      message: 'The encrypted content for item rs_theirs could not be verified.',
      type: 'invalid_request_error',
      param: null,
      code: 'invalid_encrypted_content',
    },
  }
  const json = { 'content-type': 'application/json' }
  const plays = [
    respond('400 Bad Request', JSON.stringify(refusal), json),
    respond(
      '200 OK',
      JSON.stringify(openAiAnswer({ input: [{ type: 'function_call_output', output: SEEN }] })),
      json,
    ),
  ]
  const received: string[] = []
  const openai = await startRawProvider({
    'gpt-5.4': (socket) => {
      received.push('gpt-5.4')
      plays.shift()!(socket)
    },
  })
  const own = await startRouterUnderTest({ yaml: yamlOf(openai.url.replace(/\/v1$/, '')) })
  onTestFinished(async () => {
    await own.close()
    await openai.close()
  })
  const sealed = packThoughts([{ type: 'sealed_reasoning', id: 'rs_theirs', data: SEALED }])
  const { output_text: text } = await own.client.responses.create({
    ...asked('gpt'),
    input: [
      { role: 'user', content: newPrompt() },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: sealed },
      { type: 'function_call', call_id: 'call_1', name: 'look_outside', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: SEEN },
    ],
  })
  expect(text).toBe(SEEN)
  expect(received).toHaveLength(2)
})
