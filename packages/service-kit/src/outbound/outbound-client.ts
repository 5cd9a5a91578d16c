import { Agent } from 'undici'
import type { Dispatcher } from 'undici'
import { ServiceError } from '../service-error.ts'
import { checkedLookup, resolveBySystem } from './checked-lookup.ts'
import type { ResolveName } from './checked-lookup.ts'
import { PUBLIC_ONLY, notAllowed, readOutboundUrl } from './outbound-url.ts'
import type { OutboundRules } from './outbound-url.ts'

export interface OutboundClientOptions {
  /** The whole exchange, redirects included. Default: 10 s. */
  timeoutMs?: number
  /** Default: 5 MiB. */
  limitBytes?: number
  /** How many redirects are followed, each checked like the first URL. Default: none. */
  redirects?: number
  rules?: OutboundRules
  resolve?: ResolveName
}

export interface OutboundAnswer {
  readonly status: number
  /** As the other side says it; nothing has checked it against the bytes. */
  readonly mediaType: string
  readonly bytes: Buffer
}

export interface OutboundClient {
  /**
   * Reads what a URL of a user’s leads to. Nothing of the user or of us goes along: no cookie, no token, no header but
   * `accept`.
   * @throws {ServiceError} 422 `url-not-allowed`, 502 `url-not-readable`
   */
  get(url: string, options?: { accept?: string; signal?: AbortSignal }): Promise<OutboundAnswer>
  close(): Promise<void>
}

/**
 * The only way in which a URL of a user’s may be fetched. Public addresses only, checked where the connection is made;
 * no proxy of the environment; bounded in time and size. URLs of operators (providers, storage) do not go through it:
 * they may be private.
 */
export function createOutboundClient(options: OutboundClientOptions = {}): OutboundClient {
  const { timeoutMs = 10_000, limitBytes = 5 * 1024 * 1024, redirects = 0 } = options
  const { rules = PUBLIC_ONLY, resolve = resolveBySystem } = options
  const agent = new Agent({
    connect: { lookup: checkedLookup(resolve, rules.isAllowedAddress), timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: 16 * 1024,
    // A connection kept for the next request would be one whose name was checked for another.
    pipelining: 0,
  })

  async function ask(url: URL, accept: string, signal: AbortSignal): Promise<OutboundAnswer | URL> {
    const { statusCode, headers, body } = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: { accept, 'accept-encoding': 'identity', 'user-agent': 'brainlyx' },
      signal,
    })
    const location = headers['location']
    if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
      discard(body)
      return readOutboundUrl(URL.parse(location, url)?.href ?? '', rules)
    }
    // Asked for without, what comes packed could be a thousand times as large as it looks.
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
      discard(body)
      throw notReadable('It answers compressed, unasked.')
    }
    const mediaType = String(headers['content-type'] ?? '')
    return { status: statusCode, mediaType, bytes: await readBounded(body, limitBytes) }
  }

  return {
    async get(text, { accept = '*/*', signal } = {}) {
      const timeout = AbortSignal.timeout(timeoutMs)
      const whole = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
      let url = readOutboundUrl(text, rules)
      try {
        for (let hop = 0; ; hop++) {
          const answer = await ask(url, accept, whole)
          if (!(answer instanceof URL)) return answer
          if (hop === redirects) throw notAllowed('It leads on to another one.')
          url = answer
        }
      } catch (error) {
        throw asServiceError(error)
      }
    },
    close: () => agent.destroy(),
  }
}

async function readBounded(
  body: Dispatcher.ResponseData['body'],
  limitBytes: number,
): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > limitBytes) throw notReadable(`It is larger than ${limitBytes} bytes.`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function discard(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => {})
  body.destroy()
}

/** A refusal on the way comes out of the connection as its cause, or as it is. */
function asServiceError(error: unknown): ServiceError {
  for (let found = error; found instanceof Error; found = found.cause) {
    if (found instanceof ServiceError) return found
  }
  return notReadable(undefined, error)
}

function notReadable(detail: string | undefined, cause?: unknown): ServiceError {
  return new ServiceError({
    code: 'url-not-readable',
    status: 502,
    title: 'What this URL leads to cannot be read.',
    detail,
    cause,
  })
}
