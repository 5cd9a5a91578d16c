import { ConnectionPool } from '../router/call/connection-pool.ts'
import { readResponse } from '../router/call/read-response.ts'
import type { HttpResponse } from '../router/call/read-response.ts'

const PATIENCE_MS = 30_000

export interface ApiRequest {
  readonly method: 'GET' | 'POST'
  /** Below `/api/v1`. */
  readonly path: string
  readonly cookie?: string
  readonly accept?: string
  /** Sent as JSON. */
  readonly body?: object
}

export interface ApiAnswer extends HttpResponse {
  /** Why there is no whole response; undefined: there is one. */
  readonly failure: string | undefined
  /** Those that were set, by name. */
  readonly cookies: readonly (readonly [name: string, value: string])[]
}

export interface CallOptions {
  /** After so long the call is broken off. */
  readonly patienceMs?: number
  /** Hears all that has come so far, each time that something has. */
  readonly onText?: (text: string) => void
}

export interface ApiCaller {
  /** Never rejects. */
  call(request: ApiRequest, options?: CallOptions): Promise<ApiAnswer>
}

/** Calls chat-api as the page does, at the cost of a few microseconds a call. */
export function createApiCaller(releases: AsyncDisposableStack, origin: string): ApiCaller {
  const pool = new ConnectionPool(origin)
  releases.defer(() => pool.close())
  const { host } = new URL(origin)
  return {
    async call(request, { patienceMs = PATIENCE_MS, onText } = {}) {
      const raw = await pool.exchange(requestText(host, request), { patienceMs, onText })
      return { ...readResponse(raw), failure: raw.failure, cookies: cookiesOf(raw.head) }
    },
  }
}

export function requestText(host: string, request: ApiRequest): string {
  const { method, path, cookie, accept = 'application/json', body } = request
  const text = body === undefined ? '' : JSON.stringify(body)
  const lines = [
    `${method} /api/v1${path} HTTP/1.1`,
    `host: ${host}`,
    `accept: ${accept}`,
    'sec-fetch-site: same-origin',
    ...(cookie === undefined || cookie === '' ? [] : [`cookie: ${cookie}`]),
    ...(method === 'GET'
      ? []
      : ['content-type: application/json', `content-length: ${Buffer.byteLength(text)}`]),
  ]
  return `${lines.join('\r\n')}\r\n\r\n${text}`
}

function cookiesOf(head: string): [name: string, value: string][] {
  return [...head.matchAll(/^set-cookie: *([^=]+)=([^;\r]*)/gim)].map(
    ([, name = '', value = '']) => [name, value],
  )
}
