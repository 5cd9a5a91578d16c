import { expect, test } from 'vitest'
import { inputBytesOf } from './call-price.ts'

const asked = (body: object) => inputBytesOf({ model: 'auto', ...body })
const part = (type: string) => [{ type, text: 'a', image_url: 'https://example.org/a.png' }]

const said = (content: unknown) => ({ content: [{ type: 'tool_result', content }] })

test.each([
  ['a text', { input: 'a' }],
  ['messages of text', { messages: [{ role: 'user', content: part('text') }] }],
  ['items of text', { input: [{ role: 'user', content: part('input_text') }] }],
  ['an answer handed back', { input: [{ type: 'message', content: part('output_text') }] }],
  ['a call and its result', { input: [{ type: 'function_call' }, { output: 'a' }] }],
  ['tokens', { input: [[1, 2], [3]] }],
  ['a call of Anthropic’s', { messages: [{ content: part('tool_use') }, said('a')] }],
  ['its result', { messages: [said('a'), said(part('text'))] }],
  ['a thought', { messages: [{ content: part('thinking') }] }],
])('%s costs by its length', (_name, body) => {
  expect(asked(body)).toBe(JSON.stringify({ model: 'auto', ...body }).length)
})

test.each([
  ['a picture', { messages: [{ role: 'user', content: part('image_url') }] }],
  ['a picture in an item', { input: [{ role: 'user', content: part('input_image') }] }],
  ['a file in a result', { input: [{ output: part('input_file') }] }],
  ['a picture of Anthropic’s', { messages: [{ role: 'user', content: part('image') }] }],
  ['a picture in a result', { messages: [said(part('image'))] }],
  ['what follows an earlier response', { input: 'a', previous_response_id: 'resp_1' }],
  ['an item by its name', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
  ['an item by nothing else', { input: [{ id: 'msg_1' }, { role: 'user', content: 'a' }] }],
])('what %s costs is not told by its length', (_name, body) => {
  expect(asked(body)).toBeNull()
})

test('a custom tool costs more than it is long: a function with more words stands for it', () => {
  const tool = { type: 'custom', name: 'run_query' }
  const body = { input: 'a', tools: [tool, { type: 'function', name: 'look' }, tool] }
  expect(asked(body)).toBe(JSON.stringify({ model: 'auto', ...body }).length + 2 * 256)
})
