import type { Problem, TurnFrame } from '@brainlyx/chat-contract'
import { expect, test } from 'vitest'
import { readFrames } from './read-frames.ts'
import { readTurn } from './turn-reader.ts'
import type { TurnReaderOptions } from './turn-reader.ts'

const text = (value: string): TurnFrame => ({ type: 'text-delta', text: value })
const end: TurnFrame = { type: 'turn-end', turnId: 't', messageId: null, finish: 'stop' }

/** An answer with these frames, numbered from `first`; cut off after them where there is no final one. */
function answer(first: number, ...frames: TurnFrame[]): Response {
  const lines = frames.map(
    (frame, index) => `id: 1-${first + index}\ndata: ${JSON.stringify(frame)}\n\n`,
  )
  return new Response(lines.join(''))
}

const refusal = (status: number, problem: Partial<Problem> = {}): Response =>
  Response.json(
    { code: 'refused', title: 'No', retryable: status >= 500, retryAfterMs: null, ...problem },
    { status },
  )

async function run(script: ((cursor: string | undefined) => Response | Promise<Response>)[]) {
  const frames: string[] = []
  const cursors: (string | undefined)[] = []
  const delays: number[] = []
  const options: TurnReaderOptions = {
    open: async (cursor) => {
      cursors.push(cursor)
      const next = script.length > 1 ? script.shift() : script[0]
      return next!(cursor)
    },
    read: readFrames,
    problemOf: async (response) => (await response.json()) as Problem,
    onFrame: ({ frame }) => frames.push(frame.type === 'text-delta' ? frame.text : frame.type),
    onReconnecting: () => frames.push('(reconnecting)'),
    sleep: async (milliseconds) => {
      delays.push(milliseconds)
    },
    random: () => 1,
    signal: new AbortController().signal,
  }
  return { result: await readTurn(options), frames, cursors, delays }
}

test('a whole answer is read on one connection', async () => {
  const { result, frames, cursors } = await run([() => answer(1, text('a'), text('b'), end)])
  expect(result).toEqual({ ended: true })
  expect(frames).toEqual(['a', 'b', 'turn-end'])
  expect(cursors).toEqual([undefined])
})

test('a body that ends without a final frame is a cut line, taken up after the last frame', async () => {
  const { result, frames, cursors } = await run([
    () => answer(1, text('a'), text('b')),
    () => answer(3, text('c'), end),
  ])
  expect(result).toEqual({ ended: true })
  expect(frames).toEqual(['a', 'b', 'c', 'turn-end'])
  expect(cursors).toEqual([undefined, '1-2'])
})

test('a network that fails is tried with growing pauses, which start over once frames come', async () => {
  const offline = () => Promise.reject(new TypeError('network'))
  const { delays, frames } = await run([
    offline,
    offline,
    offline,
    () => answer(1, text('a')),
    () => answer(2, end),
  ])
  expect(delays).toEqual([500, 1_000, 2_000, 500])
  // The first failure is not worth a word, nor is a replica that leaves.
  expect(frames).toEqual(['(reconnecting)', '(reconnecting)', 'a', 'turn-end'])
})

test('a pause that the server asks for is kept: in a refusal, and in a stream that it ends', async () => {
  const refused = await run([() => refusal(503, { retryAfterMs: 7_000 }), () => answer(1, end)])
  expect(refused.delays).toEqual([7_000])
  const moved = await run([
    () => new Response(`retry: 1234\n\nid: 1-1\ndata: ${JSON.stringify(text('a'))}\n\n`),
    () => refusal(503),
    () => answer(2, end),
  ])
  expect(moved.delays).toEqual([1_234, 1_000])
})

test('too many at once may pass, and is waited for', async () => {
  const { result, delays } = await run([
    () => refusal(429, { retryable: true, retryAfterMs: 900 }),
    () => answer(1, end),
  ])
  expect(result).toEqual({ ended: true })
  expect(delays).toEqual([900])
})

test('what is not over for hours is said at once', async () => {
  const { result, delays } = await run([
    () => refusal(429, { code: 'too-many-requests', retryable: true, retryAfterMs: 10_800_000 }),
  ])
  expect(result).toMatchObject({ ended: false, problem: { code: 'too-many-requests' } })
  expect(delays).toEqual([])
})

test('a refusal that will not change ends the reading with its problem', async () => {
  const { result, delays } = await run([() => refusal(409, { code: 'line-full', retryable: true })])
  expect(result).toMatchObject({ ended: false, problem: { code: 'line-full' } })
  expect(delays).toEqual([])
})

test('frames that come again are left out; a snapshot is taken wherever its log begins', async () => {
  const snapshot: TurnFrame = { type: 'answer-snapshot', parts: [{ type: 'text', text: 'abc' }] }
  const { frames, cursors } = await run([
    () => answer(7, text('a'), text('b')),
    () => answer(8, text('b'), text('c')),
    () => answer(1, snapshot, text('d')),
    () => answer(3, end),
  ])
  expect(frames).toEqual(['a', 'b', 'c', 'answer-snapshot', 'd', 'turn-end'])
  expect(cursors).toEqual([undefined, '1-8', '1-9', '1-2'])
})

test('after a snapshot without a place frames count from anew, and until one comes the old cursor stands', async () => {
  const unplaced = `data: ${JSON.stringify({ type: 'answer-snapshot', parts: [] })}\n\n`
  const { frames, cursors } = await run([
    () => answer(7, text('a')),
    () => new Response(unplaced),
    () => new Response(`${unplaced}id: 1-2\ndata: ${JSON.stringify(text('b'))}\n\n`),
    () => answer(3, end),
  ])
  expect(frames).toEqual(['a', 'answer-snapshot', 'answer-snapshot', 'b', 'turn-end'])
  expect(cursors).toEqual([undefined, '1-7', '1-7', '1-2'])
})

test('trying ends at some time, with a problem to show', async () => {
  const { result, delays } = await run([() => Promise.reject(new TypeError('network'))])
  expect(result).toMatchObject({ ended: false, problem: { code: 'connection-lost' } })
  expect(Math.max(...delays)).toBe(10_000)
  expect(delays.reduce((sum, delay) => sum + delay)).toBeGreaterThan(5 * 60_000)
})
