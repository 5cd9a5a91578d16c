import { createParser } from 'eventsource-parser'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import type { Frame } from '../check/history.ts'

/** A connection a call, as browsers behind an ingress are spread over replicas. */
const agent = new Agent({ pipelining: 0 })
const HEADERS_WITHIN_MS = 12_000
/** A stream says something at least each fifteen seconds. */
const SILENCE_LIMIT_MS = 16_000

export interface StreamRequest {
  readonly method: 'GET' | 'POST'
  /** With the path. */
  readonly url: string
  readonly cookie: string
  readonly lastEventId?: string | undefined
  readonly body?: object
  /** Of the body; absent: as fast as it comes. */
  readonly bytesPerSecond?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface StreamEnd {
  readonly status: number
  readonly retryAfterMs: number | undefined
  /** Of a response that is no stream. */
  readonly contentType: string
  readonly body: string
  /** Why the stream broke; undefined: it ended by itself. */
  readonly broken: string | undefined
}

/** Reads one response to its end. @throws where no status came */
export async function openStream(
  { method, url, cookie, lastEventId, body, bytesPerSecond, signal }: StreamRequest,
  hear: { onOpen: (status: number) => void; onFrame: (id: string | null, frame: Frame) => void },
): Promise<StreamEnd> {
  const response = await request(url, {
    method,
    dispatcher: agent,
    headersTimeout: HEADERS_WITHIN_MS,
    bodyTimeout: SILENCE_LIMIT_MS,
    headers: {
      accept: 'text/event-stream',
      'sec-fetch-site': 'same-origin',
      cookie,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  })
  const { statusCode: status, headers } = response
  hear.onOpen(status)
  const contentType = String(headers['content-type'] ?? '')
  const retryAfter = Number(headers['retry-after'])
  const facts = {
    status,
    contentType,
    retryAfterMs: retryAfter > 0 ? retryAfter * 1_000 : undefined,
  }
  let text = ''
  const parser = createParser({
    onEvent: ({ id, data }) => hear.onFrame(id ?? null, JSON.parse(data) as Frame),
  })
  const decoder = new TextDecoder()
  try {
    for await (const bytes of response.body as AsyncIterable<Buffer>) {
      const part = decoder.decode(bytes, { stream: true })
      if (contentType.startsWith('text/event-stream')) parser.feed(part)
      else text += part
      if (bytesPerSecond !== undefined) await sleep((bytes.length / bytesPerSecond) * 1_000)
    }
  } catch (error) {
    return { ...facts, body: text, broken: error instanceof Error ? error.message : String(error) }
  }
  return { ...facts, body: text, broken: undefined }
}
