import { expect, test } from 'vitest'
import { admitMessage } from './admit-message.ts'

const HELLO = [{ role: 'user', content: 'Hello' }]
const LOOK = { name: 'look', input_schema: { type: 'object' } }
const admitted = (options: object) =>
  admitMessage({ model: 'auto', max_tokens: 8_000, messages: HELLO, ...options }).body

test.each([
  [{}, undefined],
  [{ thinking: { type: 'disabled' } }, undefined],
  [{ thinking: { type: 'between_tools' } }, undefined],
  [{ thinking: { type: 'adaptive' } }, 'high'],
  [{ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }, 'low'],
  [{ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }, 'max'],
  [{ output_config: { effort: 'max' } }, undefined],
  [{ thinking: { type: 'disabled' }, output_config: { effort: 'max' } }, undefined],
  [{ thinking: { type: 'enabled', budget_tokens: 1_024 } }, 'low'],
  [{ thinking: { type: 'enabled', budget_tokens: 31_999 } }, 'high'],
  [{ thinking: { type: 'enabled', budget_tokens: 100_000 } }, 'max'],
])('%j is an effort of %s, and the limit is for thoughts, too', (options, effort) => {
  const body = admitted(options)
  expect(body.reasoning_effort).toBe(effort)
  expect(body.max_tokens).toBe(8_000)
  expect(body.brainlyx).toEqual({ thinksAsAtAnthropic: true })
})

test('what a user says beside the results of tools follows them, with their pictures', () => {
  const picture = { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } }
  const document = { type: 'document', source: { type: 'text', data: 'It rained.' } }
  const messages = [
    ...HELLO,
    {
      role: 'assistant',
      content: [
        { type: 'redacted_thinking', data: 'c2VhbGVk' },
        { type: 'tool_use', id: 'a', name: 'look', input: {} },
        { type: 'tool_use', id: 'b', name: 'look', input: { at: 'sea' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: '1' }, picture] },
        { type: 'tool_result', tool_use_id: 'b' },
        { type: 'text', text: 'And this?' },
        document,
      ],
    },
    { role: 'system', content: 'Be brief now.' },
  ]
  const call = (id: string, text: string) => ({
    id,
    type: 'function',
    function: { name: 'look', arguments: text },
  })
  expect(admitted({ system: 'Be kind.', messages }).messages).toEqual([
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: 'Hello' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [call('a', '{}'), call('b', '{"at":"sea"}')],
      answer_blocks: messages[1]!.content,
    },
    { role: 'tool', tool_call_id: 'a', content: '1' },
    { role: 'tool', tool_call_id: 'b', content: '' },
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
        { type: 'text', text: 'And this?' },
        { type: 'text', text: 'It rained.' },
      ],
    },
    { role: 'system', content: 'Be brief now.' },
  ])
})

test('what a program found is said in words, and a reference to a tool in both', () => {
  const passage = {
    type: 'search_result',
    source: 'https://example.org',
    title: 'Herons',
    content: [{ type: 'text', text: 'They wade.' }],
  }
  const mark = { cache_control: { type: 'ephemeral' } }
  const result = { type: 'tool_result', tool_use_id: 'a', is_error: true, ...mark }
  const reference = { type: 'tool_reference', tool_name: 'look' }
  const content = [{ ...result, content: [passage, reference] }, passage]
  const text = 'Herons\nhttps://example.org\nThey wade.'
  expect(admitted({ messages: [{ role: 'user', content }] }).messages).toEqual([
    {
      role: 'tool',
      tool_call_id: 'a',
      is_error: true,
      content: [
        { type: 'text', text },
        { ...reference, text: 'The tool look can be called now.\n', ...mark },
      ],
    },
    { role: 'user', content: [{ type: 'text', text }] },
  ])
})

test('of an answer that Anthropic’s servers had a part in, the words stay', () => {
  const content = [
    { type: 'compaction', content: 'So far: herons.' },
    { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'herons' } },
    { type: 'web_search_tool_result', tool_use_id: 's', content: [] },
    { type: 'text', text: ' They wade.', citations: [] },
  ]
  const messages = [...HELLO, { role: 'assistant', content }, ...HELLO]
  expect(admitted({ messages }).messages[1]).toEqual({
    role: 'assistant',
    content: 'So far: herons. They wade.',
  })
})

test('how a tool is offered at Anthropic stands apart from what it is', () => {
  const own = { strict: true, defer_loading: true, eager_input_streaming: true }
  expect(admitted({ tools: [{ ...LOOK, ...own, input_examples: null }] }).tools).toEqual([
    {
      type: 'function',
      function: { name: 'look', description: undefined, parameters: LOOK.input_schema },
      anthropic: own,
    },
  ])
})

test('whose bill it is that Claude Code writes, no model reads', () => {
  const bill = { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.332;' }
  const prompt = { type: 'text', text: 'You are an agent.' }
  expect(admitted({ system: [bill, prompt] }).messages[0]).toEqual({
    role: 'system',
    content: [prompt],
  })
  expect(admitted({ system: [bill] }).messages).toEqual(HELLO)
})

test.each([
  [{ type: 'auto' }, { tool_choice: 'auto' }],
  [
    { type: 'any', disable_parallel_tool_use: true },
    { tool_choice: 'required', parallel_tool_calls: false },
  ],
  [{ type: 'none' }, { tool_choice: 'none' }],
  [
    { type: 'tool', name: 'look' },
    { tool_choice: { type: 'function', function: { name: 'look' } } },
  ],
])('%j is %j', (choice, expected) => {
  expect(admitted({ tools: [LOOK], tool_choice: choice })).toMatchObject(expected)
})

test('a tool that is to be called has a name', () => {
  expect(() => admitted({ tools: [LOOK], tool_choice: { type: 'tool' } })).toThrow(
    expect.objectContaining({
      code: 'invalid-request',
      fields: [expect.objectContaining({ path: 'tool_choice.name' })],
    }),
  )
})

test('lists of nothing are not sent, and no choice among no tools', () => {
  const body = admitted({ tools: [], tool_choice: { type: 'auto' }, stop_sequences: [] })
  expect(Object.keys(body).toSorted()).toEqual([
    'brainlyx',
    'max_tokens',
    'messages',
    'model',
    'stream',
  ])
})

test('a name longer than OpenAI takes is its digest, and another one stays', () => {
  expect(admitted({ metadata: { user_id: 'me' } }).user).toBe('me')
  const user = admitted({ metadata: { user_id: 'x'.repeat(130) } }).user
  expect(user).toMatch(/^[\da-f]{64}$/)
})

test.each([
  ['{"a":', true],
  [[{ type: 'text', text: '{"a":' }], true],
  [[{ type: 'tool_use', id: 'a', name: 'look', input: {} }], undefined],
])('a conversation that ends with the answer %j is gone on with: %s', (content, goesOn) => {
  const body = admitted({ messages: [...HELLO, { role: 'assistant', content }] })
  expect(body.brainlyx?.continue).toBe(goesOn)
})
