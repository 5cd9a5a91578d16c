import { errorObjectOf } from '../failure/error-body.ts'
import type { StreamPart } from '../stream-part.ts'
import { ServerSentEventParser } from './read-events.ts'
import type { ServerSentEvent } from './read-events.ts'

export interface JsonEvent {
  readonly event: string
  readonly data: Record<string, unknown>
}

/** Reads one provider's stream: told of each event in order, it says what that means. */
export interface EventReader {
  /** @throws {ProviderError} where the event is an error */
  read(event: JsonEvent): Iterable<StreamPart>
  /** The provider's end marker came as an event. */
  readonly ended: boolean
  /**
   * The answer is whole, and only its end marker and its usage may still come: how long silence is then borne.
   * undefined: the answer is not whole yet.
   */
  readonly settleMs: number | undefined
  /**
   * What is left to say once nothing more comes.
   * @param endMarker whether the provider's own end of the stream came
   * @throws {ProviderError} `stream-cut` where the answer had no end
   */
  end(endMarker: boolean): Iterable<StreamPart>
}

const END_MARKER = '[DONE]'

/** What follows a finish signal comes with it or not at all. */
export const SETTLE_MS = 250

/**
 * A provider's stream as parts, in the batches in which its bytes came: what came at once can be passed on at once.
 * What is no JSON object is skipped, as a provider's hiccup. An answer that is whole is settled although the
 * connection stays open.
 */
export async function* readParts(
  body: AsyncIterable<Uint8Array>,
  reader: EventReader,
): AsyncGenerator<readonly StreamPart[]> {
  const parser = new ServerSentEventParser()
  const progress = { events: 0, endMarker: false }
  const chunks = body[Symbol.asyncIterator]()
  try {
    while (!progress.endMarker) {
      const { settleMs } = reader
      const chunk = await (settleMs === undefined ? chunks.next() : nextWithin(chunks, settleMs))
      const events = chunk.done === true ? lastEvents(parser, progress) : parser.push(chunk.value)
      const { parts, error } = readBatch(reader, events, progress)
      if (parts.length > 0) yield parts
      if (error !== undefined) throw error
      if (chunk.done === true) break
    }
  } finally {
    // Not awaited: a body that stays open may have a read under way that never ends.
    void chunks.return?.()
  }
  yield [...reader.end(progress.endMarker)]
}

const SILENCE = { done: true, value: undefined } as const

async function nextWithin(
  chunks: AsyncIterator<Uint8Array>,
  ms: number,
): Promise<IteratorResult<Uint8Array, unknown>> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<typeof SILENCE>((resolve) => {
    timer = setTimeout(resolve, ms, SILENCE)
  })
  try {
    return await Promise.race([chunks.next(), silence])
  } catch {
    // The answer is whole: that its connection broke changes nothing.
    return SILENCE
  } finally {
    clearTimeout(timer)
  }
}

/** Some errors come labelled as a stream but are a bare JSON document. */
function lastEvents(
  parser: ServerSentEventParser,
  progress: { readonly events: number },
): ServerSentEvent[] {
  const events = parser.end()
  const stray = progress.events === 0 ? errorObjectOf(parser.strayText) : undefined
  return stray === undefined
    ? events
    : [...events, { event: 'error', data: JSON.stringify({ error: stray }) }]
}

/** `error`: what the events after `parts` came to. */
function readBatch(
  reader: EventReader,
  events: readonly ServerSentEvent[],
  progress: { events: number; endMarker: boolean },
): { parts: StreamPart[]; error?: Error } {
  const parts: StreamPart[] = []
  try {
    for (const { event, data } of events) {
      progress.events++
      if (data.trim() === END_MARKER) progress.endMarker = true
      else {
        const value = parseObject(data)
        if (value === undefined) continue
        for (const part of reader.read({ event, data: value })) parts.push(part)
        progress.endMarker = reader.ended
      }
      if (progress.endMarker) break
    }
  } catch (error) {
    return { parts, error: error as Error }
  }
  return { parts }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
