// What Claude thought, for clients that hand reasoning back without reading it.
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import type OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newPrompt } from '../http/ask-router.ts'
import { EVERYWHERE, EVERY_PROVIDER } from '../http/every-provider.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'
import type { RouterUnderTest } from '../http/router-under-test.ts'
import { inputMessages } from './input-messages.ts'
import { packThoughts } from './packed-thoughts.ts'

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

const LOOK = {
  type: 'function' as const,
  name: 'look_outside',
  parameters: { type: 'object', properties: { at: { type: 'string' } } },
  strict: false,
}
const SEEN = 'a heron, number 4711'

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
    expect(first.output[0]).toMatchObject({ encrypted_content: expect.stringMatching(/^claude\./) })
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
