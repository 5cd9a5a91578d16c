import { expect, test } from 'vitest'
import { ServerSentEventParser } from './read-events.ts'
import { readJsonEvents } from './read-json-events.ts'

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

async function collect(text: string) {
  const body = (async function* () {
    yield new TextEncoder().encode(text)
  })()
  const events = []
  for await (const event of readJsonEvents(body)) events.push(event)
  return events
}

test('an event that is not JSON is skipped, and the ones around it are kept', async () => {
  expect(
    await collect(
      'data: {"n":1}\n\ndata: {"n":2\n\ndata: [1]\n\ndata: {"n":3}\n\ndata: [DONE]\n\n',
    ),
  ).toEqual([{ event: '', data: { n: 1 } }, { event: '', data: { n: 3 } }, 'end-marker'])
})

test('an error document that was labelled as a stream is an error', async () => {
  expect(await collect('{\n "error": {\n  "code": 503,\n  "message": "busy"\n }\n}\n')).toEqual([
    { event: 'error', data: { error: { code: 503, message: 'busy' } } },
  ])
})
