import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CompletionReader } from '../openai-chat/read-completion.ts'
import type { StreamPart } from '../stream-part.ts'
import { readParts } from './read-parts.ts'
import type { EventReader, JsonEvent } from './read-parts.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Gives each event as a part, and ends at none. */
class EchoReader implements EventReader {
  readonly ended = false
  readonly settleMs = undefined;

  *read({ data }: JsonEvent): Generator<StreamPart> {
    if (data['error'] !== undefined) throw new Error(JSON.stringify(data))
    yield { type: 'text-delta', choice: 0, text: JSON.stringify(data), block: 0 }
  }

  *end(endMarker: boolean): Generator<StreamPart> {
    yield { type: 'response-end', endMarker }
  }
}

async function collect(
  chunks: readonly string[],
  options: { reader?: EventReader; staysOpen?: boolean; breaks?: Error } = {},
) {
  const { reader = new EchoReader(), staysOpen = false, breaks } = options
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield new TextEncoder().encode(chunk)
    if (staysOpen) await new Promise(() => {})
    if (breaks !== undefined) throw breaks
  }
  const batches: string[][] = []
  for await (const parts of readParts(body(), reader)) {
    batches.push(parts.map((part) => (part.type === 'text-delta' ? part.text : part.type)))
  }
  return batches
}

test('an event that is not JSON is skipped, and the ones around it are kept', async () => {
  const text = 'data: {"n":1}\n\ndata: {"n":2\n\ndata: [1]\n\ndata: {"n":3}\n\ndata: [DONE]\n\n'
  expect(await collect([text])).toEqual([['{"n":1}', '{"n":3}'], ['response-end']])
})

test('what came at once is given at once, and what came before an error is given before it', async () => {
  const batches: unknown[] = []
  const error = await collect(
    ['data: {"n":1}\n\ndata: {"n":2}\n\n', 'data: {"n":3}\n\ndata: {"error":1}\n\n'],
    {
      reader: new (class extends EchoReader {
        override *read(event: JsonEvent): Generator<StreamPart> {
          for (const part of super.read(event)) {
            batches.push(part)
            yield part
          }
        }
      })(),
    },
  ).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ message: '{"error":1}' })
  expect(batches).toHaveLength(3)
})

test('an error document that was labelled as a stream is an error', async () => {
  await expect(
    collect(['{\n "error": {\n  "code": 503,\n  "message": "busy"\n }\n}\n']),
  ).rejects.toThrow('{"error":{"code":503,"message":"busy"}}')
})

const answer = [
  'data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
]

test('a whole answer without its end marker is settled at once where the body ends', async () => {
  const batches = await collect(answer, { reader: new CompletionReader() })
  expect(batches).toEqual([['response-start', 'Hi'], ['finish'], ['response-end']])
})

test('a whole answer is settled soon where the connection stays open, or breaks', async () => {
  const open = collect(answer, { reader: new CompletionReader(), staysOpen: true })
  await vi.advanceTimersByTimeAsync(250)
  expect((await open).at(-1)).toEqual(['response-end'])
  const broken = await collect(answer, {
    reader: new CompletionReader(),
    breaks: new Error('reset'),
  })
  expect(broken.at(-1)).toEqual(['response-end'])
})

test('usage that comes after the finish is not missed', async () => {
  const usage = 'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n'
  const batches = await collect([...answer, usage], { reader: new CompletionReader() })
  expect(batches.flat()).toEqual(['response-start', 'Hi', 'finish', 'usage', 'response-end'])
})

test('an answer without a finish is cut, however its body ended', async () => {
  await expect(
    collect(answer.slice(0, 1), { reader: new CompletionReader() }),
  ).rejects.toMatchObject({ code: 'stream-cut' })
})
