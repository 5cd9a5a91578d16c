import { ChatCompletionChunk } from '@brainlyx/router-contract'
import { createParser } from 'eventsource-parser'
import { answerCut, routerError } from './router-error.ts'

/** More than any single event; a body that exceeds it is not an event stream. */
const EVENT_SIZE_LIMIT = 8 * 1024 * 1024

/**
 * The chunks of an OpenAI-shaped event stream. Ends normally at `[DONE]` and only there.
 * @throws {ServiceError} the stream's error item, or `answer-cut` where the body ends in any other way
 */
export function readChunks(body: AsyncIterable<Buffer>): AsyncGenerator<ChatCompletionChunk, void> {
  return readItems(body, readChunk)
}

/** The same of whatever `read` makes of an item's text. @throws also what `read` throws */
export async function* readItems<Item>(
  body: AsyncIterable<Buffer>,
  read: (data: string) => Item,
): AsyncGenerator<Item, void> {
  const decoder = new TextDecoder()
  const events: string[] = []
  const parser = createParser({
    onEvent: (event) => void events.push(event.data),
    maxBufferSize: EVENT_SIZE_LIMIT,
  })
  const bytes = body[Symbol.asyncIterator]()
  let complete = false
  try {
    while (true) {
      const part = await bytes.next().catch((error: unknown) => {
        throw answerCut(error)
      })
      if (part.done === true) throw answerCut()
      parser.feed(decoder.decode(part.value, { stream: true }))
      for (const data of events.splice(0)) {
        complete = data === '[DONE]'
        if (complete) return
        yield read(data)
      }
    }
  } finally {
    // Read to its end, a connection serves again; returned from early, it is closed.
    if (complete) void exhaust(bytes)
    else await bytes.return?.()
  }
}

async function exhaust(bytes: AsyncIterator<Buffer>): Promise<void> {
  try {
    while ((await bytes.next()).done !== true);
  } catch {
    // The answer is complete; a connection that breaks after it matters to nobody.
  }
}

function readChunk(data: string): ChatCompletionChunk {
  let item: unknown
  try {
    item = JSON.parse(data)
  } catch {
    throw routerError(undefined)
  }
  const chunk = ChatCompletionChunk.safeParse(item)
  if (chunk.success) return chunk.data
  throw routerError(item)
}
