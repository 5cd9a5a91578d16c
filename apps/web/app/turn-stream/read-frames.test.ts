import type { TurnFrame } from '@brainlyx/chat-contract'
import { expect, test } from 'vitest'
import { readFrames } from './read-frames.ts'
import type { ReceivedFrame } from './read-frames.ts'

const FRAMES: TurnFrame[] = [
  { type: 'text-delta', text: 'naïve – “quotes” 🦊 \n line' },
  { type: 'reasoning-delta', text: 'ж' },
  { type: 'turn-end', turnId: 't', messageId: null, finish: 'stop' },
]

const encode = (lineEnd: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(
    [
      'retry: 1000',
      '',
      ': heartbeat',
      '',
      ...FRAMES.flatMap((frame, index) => [
        `id: 1-${index}`,
        `event: ${frame.type}`,
        `data: ${JSON.stringify(frame)}`,
        '',
      ]),
      '',
    ].join(lineEnd),
  )

function bodyOf(chunks: readonly Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
}

async function framesOf(chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<ReceivedFrame[]> {
  const frames: ReceivedFrame[] = []
  for await (const received of readFrames(bodyOf(chunks))) frames.push(received)
  return frames
}

const EXPECTED = FRAMES.map((frame, index) => ({ id: `1-${index}`, frame }))

test.each(['\n', '\r\n', '\r'])(
  'events with line end %j survive a cut at every byte',
  async (lineEnd) => {
    const bytes = encode(lineEnd)
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await framesOf([bytes.slice(0, cut), bytes.slice(cut)])).toEqual(EXPECTED)
    }
  },
)

test('events survive arriving one byte at a time', async () => {
  expect(await framesOf(Array.from(encode('\n'), (byte) => Uint8Array.of(byte)))).toEqual(EXPECTED)
})

test('an event without its blank line is not one yet', async () => {
  expect(
    await framesOf([new TextEncoder().encode('data: {"type":"text-delta","text":"x"}\n')]),
  ).toEqual([])
})

test('data that is not a frame is left out', async () => {
  expect(
    await framesOf([new TextEncoder().encode('data: [DONE]\n\ndata: 1\n\ndata: {"a":1}\n\n')]),
  ).toEqual([])
})

test('a reader that stops half-way closes the line', async () => {
  let cancelled = false
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(encode('\n')),
    cancel: () => {
      cancelled = true
    },
  })
  for await (const { frame } of readFrames(body)) {
    if (frame.type === 'turn-end') break
  }
  expect(cancelled).toBe(true)
})
