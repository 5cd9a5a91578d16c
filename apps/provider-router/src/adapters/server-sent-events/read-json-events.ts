import { errorObjectOf } from '../failure/error-body.ts'
import { ServerSentEventParser } from './read-events.ts'

export interface JsonEvent {
  readonly event: string
  readonly data: Record<string, unknown>
}

/** The events of a provider's stream, in order; what is not JSON is skipped, as a provider's hiccup. */
export async function* readJsonEvents(
  body: AsyncIterable<Uint8Array>,
  endMarker = '[DONE]',
): AsyncGenerator<JsonEvent | 'end-marker'> {
  const parser = new ServerSentEventParser()
  let count = 0
  const toJson = function* (
    events: ReturnType<ServerSentEventParser['push']>,
  ): Generator<JsonEvent | 'end-marker'> {
    for (const { event, data } of events) {
      count++
      if (data.trim() === endMarker) yield 'end-marker'
      else {
        const value = parseObject(data)
        if (value !== undefined) yield { event, data: value }
      }
    }
  }
  for await (const bytes of body) yield* toJson(parser.push(bytes))
  yield* toJson(parser.end())
  // Some errors come labelled as a stream but are a bare JSON document.
  const stray = count === 0 ? errorObjectOf(parser.strayText) : undefined
  if (stray !== undefined) yield { event: 'error', data: { error: stray } }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
