import type { ConnectionPool } from './connection-pool.ts'
import type { RawResponse } from './http-connection.ts'

export interface ChatRequest {
  readonly model: string
  readonly stream: boolean
  readonly prompt: string
  /** A system prompt goes before it. */
  readonly system?: string
}

/** Times are of `performance.now()`. */
export interface ChatCall extends ChatRequest, RawResponse {
  readonly sentAt: number
  /** When the first piece of text came; undefined where none did, or the answer was not streamed. */
  readonly firstTextAt: number | undefined
  readonly endedAt: number
}

/** Where a request goes, and as whose. */
export interface Callee {
  readonly pool: ConnectionPool
  readonly headers: Readonly<Record<string, string>>
}

const PATIENCE_MS = 10_000
const FIRST_TEXT = /"content":\s*"[^"]/

/** One chat completion. Never rejects. */
export async function sendChat(
  { pool, headers }: Callee,
  request: ChatRequest,
  patienceMs = PATIENCE_MS,
): Promise<ChatCall> {
  const wire = requestText(headers, request)
  let firstTextAt: number | undefined
  const noteFirstText = (text: string): void => {
    if (firstTextAt === undefined && FIRST_TEXT.test(text)) firstTextAt = performance.now()
  }
  const sentAt = performance.now()
  const response = await pool.exchange(wire, {
    patienceMs,
    onText: request.stream ? noteFirstText : undefined,
  })
  return { ...request, ...response, sentAt, firstTextAt, endedAt: performance.now() }
}

function requestText(headers: Callee['headers'], request: ChatRequest): string {
  const { model, stream, prompt, system } = request
  const messages = [
    ...(system === undefined ? [] : [{ role: 'system', content: system }]),
    { role: 'user', content: prompt },
  ]
  const body = JSON.stringify({ model, stream, messages })
  const lines = [
    'POST /v1/chat/completions HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
