import { expect, test } from 'vitest'
import { ServerSentEventParser } from './read-events.ts'

function parse(bytes: Uint8Array, cuts: readonly number[]) {
  const parser = new ServerSentEventParser()
  const events = []
  let start = 0
  for (const cut of [...cuts, bytes.length]) {
    events.push(...parser.push(bytes.subarray(start, cut)))
    start = cut
  }
  return [...events, ...parser.end()]
}

const stream = [
  ': a comment',
  'event: greeting',
  'data: {"text":"héllo 👋"}',
  '',
  'data:no space',
  'data:   more space',
  'id: 7',
  'retry: 10',
  '',
  '',
  'event: no data',
  '',
  'data',
  '',
  'data: last',
]
const expected = [
  { event: 'greeting', data: '{"text":"héllo 👋"}' },
  { event: '', data: 'no space\n  more space' },
  { event: '', data: '' },
  { event: '', data: 'last' },
]

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('a stream with %s line ends reads the same wherever its bytes are cut', (_name, end) => {
  const bytes = new TextEncoder().encode(stream.join(end))
  expect(parse(bytes, [])).toEqual(expected)
  for (let cut = 1; cut < bytes.length; cut++) expect(parse(bytes, [cut])).toEqual(expected)
  const everyByte = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1)
  expect(parse(bytes, everyByte)).toEqual(expected)
})
