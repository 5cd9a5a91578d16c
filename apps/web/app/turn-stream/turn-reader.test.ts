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
  expect(frames).toEqual(['a', 'b', '(reconnecting)', 'c', 'turn-end'])
  expect(cursors).toEqual([undefined, '1-2'])
})

test('a network that fails is tried with growing pauses, which start over once frames come', async () => {
  const offline = () => Promise.reject(new TypeError('network'))
  const { delays } = await run([
    offline,
    offline,
    offline,
    () => answer(1, text('a')),
    () => answer(2, end),
  ])
  expect(delays).toEqual([500, 1_000, 2_000, 500])
})

test('a pause that the server asks for is kept', async () => {
  const { delays } = await run([() => refusal(503, { retryAfterMs: 7_000 }), () => answer(1, end)])
  expect(delays).toEqual([7_000])
})

test('a refusal that will not change ends the reading with its problem', async () => {
  const { result, delays } = await run([() => refusal(409, { code: 'turn-in-progress' })])
  expect(result).toMatchObject({ ended: false, problem: { code: 'turn-in-progress' } })
  expect(delays).toEqual([])
})

test('trying ends at some time, with a problem to show', async () => {
  const { result, delays } = await run([() => Promise.reject(new TypeError('network'))])
  expect(result).toMatchObject({ ended: false, problem: { code: 'connection-lost' } })
  expect(Math.max(...delays)).toBe(10_000)
  expect(delays.length).toBe(16)
})
