import { expect, test } from 'vitest'
import type { StreamPart } from '../adapters/stream-part.ts'
import { MessageFormer } from './message-former.ts'

const choice = 0
const start = (index: number): StreamPart => ({
  type: 'tool-call-start',
  choice,
  index,
  id: `call_${index}`,
  name: 'look',
})
const more = (index: number, json: string): StreamPart => ({
  type: 'tool-call-delta',
  choice,
  index,
  arguments: json,
})
const end = (index: number): StreamPart => ({ type: 'tool-call-end', choice, index })
const text = (said: string): StreamPart => ({ type: 'text-delta', choice, text: said, block: 0 })

/** Each event in a word, and the message. */
function told(...parts: StreamPart[]): { events: string; content: unknown } {
  const former = new MessageFormer('m', 1)
  const all = [...parts.flatMap((part) => former.add([part])), ...former.end()]
  const words = all.map((event) => {
    const { type, index } = event as { type: string; index?: number }
    if (type === 'content_block_start') return `(${index}`
    if (type === 'content_block_stop') return `${index})`
    return type === 'content_block_delta' ? String(index) : ''
  })
  const { content } = former.message() as { content: unknown }
  return { events: words.filter((word) => word !== '').join(' '), content }
}

const calls = (...inputs: object[]) =>
  inputs.map((input, index) => ({ type: 'tool_use', id: `call_${index}`, name: 'look', input }))

test.each([
  [
    'one after the other, ended at last',
    [start(0), more(0, '{"a":'), more(0, '1}'), start(1), more(1, '{"b":2}'), end(0), end(1)],
    '(0 0 0 0) (1 1 1)',
  ],
  [
    'beside each other',
    [
      start(0),
      more(0, '{"a":'),
      start(1),
      more(1, '{"b":'),
      more(0, '1}'),
      more(1, '2}'),
      end(0),
      end(1),
    ],
    '(0 0 0 0) (1 1 1)',
  ],
  ['never ended', [start(0), more(0, '{"a":1}'), start(1), more(1, '{"b":2}')], '(0 0 0) (1 1 1)'],
])('calls %s are told one block at a time', (_how, parts, expected) => {
  const { events, content } = told(...parts)
  expect(events).toBe(expected)
  expect(content).toEqual(calls({ a: 1 }, { b: 2 }))
})

test('a call without arguments is one with none', () => {
  const { events, content } = told(start(0), start(1), end(0), end(1))
  expect(events).toBe('(0 0) (1 1)')
  expect(content).toEqual(calls({}, {}))
})

test('words and calls end where anything else begins', () => {
  const { events } = told(text('a'), start(0), more(0, '{}'), text('b'), text('c'))
  expect(events).toBe('(0 0 0) (1 1 1) (2 2 2 2)')
})

test('thoughts are signed each by its own proof, and by nobody else’s', () => {
  const thought = (block: number, said: string): StreamPart => ({
    type: 'reasoning-delta',
    choice,
    text: said,
    block,
  })
  const proof = (signature: string, block?: number): StreamPart => ({
    type: 'reasoning-signature',
    choice,
    signature,
    ...(block === undefined ? {} : { block }),
  })
  const { content } = told(thought(0, 'a'), proof('A', 0), thought(1, 'b'), proof('B', 1))
  expect(content).toEqual([
    { type: 'thinking', thinking: 'a', signature: 'A' },
    { type: 'thinking', thinking: 'b', signature: 'B' },
  ])
  expect(told(thought(0, 'a'), proof('of Gemini'), text('b')).content).toMatchObject([
    { signature: '' },
    { type: 'text' },
  ])
})

test('words bear no null citations, which the Vercel AI SDK takes for no answer at all', () => {
  const former = new MessageFormer('m', 1)
  expect(former.add([text('a')])).toContainEqual({
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'text', text: '' },
  })
  former.end()
  expect(former.message()).toHaveProperty('content', [{ type: 'text', text: 'a' }])
})

test('the sequence that ended it is told', () => {
  const former = new MessageFormer('m', 1)
  const finish = { type: 'finish', choice, reason: 'stop', raw: 'stop_sequence' } as const
  former.add([text('a'), { ...finish, stopSequence: 'END' }])
  former.end()
  expect(former.message()).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' })
})
