import { Agent } from 'undici'
import { IncomingResponse } from './incoming-response.ts'
import { ProviderResponse } from './provider-response.ts'
import { traceHeaders } from './trace-headers.ts'

/** One pool for each limit on connecting, which undici keeps by the pool. */
const pools = new Map<number, Agent>()

/** Only connecting has a limit here: how long an answer may take is the caller's to say. */
function poolFor(connectMs: number): Agent {
  let pool = pools.get(connectMs)
  if (pool === undefined) {
    pool = new Agent({
      connect: { timeout: connectMs },
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 30_000,
      allowH2: false,
    })
    pools.set(connectMs, pool)
  }
  return pool
}

interface Address {
  readonly origin: string
  readonly path: string
}

const MOST_ADDRESSES = 200
const addresses = new Map<string, Address>()

/** Of the few that are called over and over each is taken apart once. */
function addressOf(url: string): Address {
  let address = addresses.get(url)
  if (address === undefined) {
    const { origin, pathname, search } = new URL(url)
    address = { origin, path: `${pathname}${search}` }
    if (addresses.size >= MOST_ADDRESSES) addresses.clear()
    addresses.set(url, address)
  }
  return address
}

export interface ProviderRequest {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string | undefined
  readonly signal: AbortSignal
  readonly connectMs: number
}

/** One request on the pool. It carries the caller's trace to the provider, and follows no redirect. */
export async function providerRequest(
  url: string,
  { method, headers, body, signal, connectMs }: ProviderRequest,
): Promise<ProviderResponse> {
  signal.throwIfAborted()
  const { origin, path } = addressOf(url)
  const response = new IncomingResponse(signal)
  poolFor(connectMs).dispatch(
    {
      origin,
      path,
      method,
      headers: Object.assign(headers, traceHeaders()),
      body: body ?? null,
    },
    response,
  )
  return new ProviderResponse(await response.head)
}

/** `fetch` on the pool, for the SDKs. What it gives has what they read of a `Response`, and no more. */
export function providerFetch(connectMs: number): typeof fetch {
  const send = (url: string, options: RequestInit = {}): Promise<ProviderResponse> =>
    providerRequest(url, {
      method: options.method ?? 'GET',
      headers: Object.fromEntries(new Headers(options.headers)),
      body: (options.body ?? undefined) as string | undefined,
      signal: options.signal ?? new AbortController().signal,
      connectMs,
    })
  return send as unknown as typeof fetch
}

/** What an SDK on {@link providerFetch} hands out as its raw response. */
export function rawResponse(response: Response): ProviderResponse {
  return response as unknown as ProviderResponse
}
