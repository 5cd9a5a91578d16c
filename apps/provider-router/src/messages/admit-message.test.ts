import { expect, test } from 'vitest'
import { admitMessage } from './admit-message.ts'

const HELLO = [{ role: 'user', content: 'Hello' }]
const admitted = (options: object) =>
  admitMessage({ model: 'auto', max_tokens: 8_000, messages: HELLO, ...options }).body

test.each([
  [{}, undefined],
  [{ thinking: { type: 'disabled' } }, undefined],
  [{ thinking: { type: 'adaptive' } }, 'high'],
  [{ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }, 'low'],
  [{ output_config: { effort: 'max' } }, 'max'],
  [{ thinking: { type: 'disabled' }, output_config: { effort: 'max' } }, undefined],
  [{ thinking: { type: 'enabled', budget_tokens: 1_024 } }, 'low'],
  [{ thinking: { type: 'enabled', budget_tokens: 31_999 } }, 'high'],
  [{ thinking: { type: 'enabled', budget_tokens: 100_000 } }, 'max'],
])('%j is an effort of %s, and the limit is for thoughts, too', (options, effort) => {
  const body = admitted(options)
  expect(body.reasoning_effort).toBe(effort)
  expect(body.max_completion_tokens).toBe(8_000)
  expect(body.brainlyx?.thinksWithinLimit).toBe(effort === undefined ? undefined : true)
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
      thinking_blocks: [{ type: 'redacted_thinking', data: 'c2VhbGVk' }],
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
  expect(admitted({ tool_choice: choice })).toMatchObject(expected)
})

test('a tool that is to be called has a name', () => {
  expect(() => admitted({ tool_choice: { type: 'tool' } })).toThrow(/names no tool/)
})
