import { Agent, fetch as undiciFetch } from 'undici'
import { traceHeaders } from './trace-headers.ts'

/** A provider that does not take a connection in this time is not there. */
const CONNECT_TIMEOUT_MS = 2_000

/** One pool for all providers. Only connecting has a limit here: how long an answer may take is the caller's. */
const pool = new Agent({
  connect: { timeout: CONNECT_TIMEOUT_MS },
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 30_000,
  allowH2: false,
})

/** `fetch` on the pool, for the SDKs and for what they do not offer. It carries the request's trace to the provider. */
export const providerFetch = ((url: string, options?: RequestInit) =>
  undiciFetch(url, {
    ...(options as object),
    headers: withTrace(options?.headers),
    dispatcher: pool,
    redirect: 'error',
  })) as unknown as typeof fetch

function withTrace(given: RequestInit['headers']): Headers {
  const headers = new Headers(given)
  for (const [name, value] of Object.entries(traceHeaders())) headers.set(name, value)
  return headers
}
