import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

export interface ChatRequest {
  readonly model: string
  readonly stream: boolean
  readonly prompt: string
}

/** Times are of `performance.now()`. */
export interface ChatCall extends ChatRequest {
  readonly sentAt: number
  /** When the first piece of text came; undefined where none did, or the answer was not streamed. */
  readonly firstTextAt: number | undefined
  readonly endedAt: number
  /** 0: no response came. */
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** As it came, one character a byte. */
  readonly body: string
  /** Why the connection failed; undefined: the body ended in an orderly way. */
  readonly failure: string | undefined
}

export interface Callee {
  readonly pool: Dispatcher
  /** Names and values in turn. */
  readonly headers: readonly string[]
}

const FIRST_TEXT = /"content":\s*"[^"]/

/**
 * One chat completion, by undici's lowest level and with the body left as it came: whoever calls shares a core with
 * the simulator. Never rejects. `signal` breaks it off.
 */
export function sendChat(
  { pool, headers }: Callee,
  request: ChatRequest,
  signal?: AbortSignal,
): Promise<ChatCall> {
  const body = JSON.stringify({
    model: request.model,
    stream: request.stream,
    messages: [{ role: 'user', content: request.prompt }],
  })
  return new Promise((resolve) => {
    const sentAt = performance.now()
    let firstTextAt: number | undefined
    let status = 0
    let received: IncomingHttpHeaders = {}
    let text = ''
    let abort: (() => void) | undefined
    const end = (failure?: string): void => {
      if (abort !== undefined) signal?.removeEventListener('abort', abort)
      const endedAt = performance.now()
      resolve({
        ...request,
        sentAt,
        firstTextAt,
        endedAt,
        status,
        headers: received,
        body: text,
        failure,
      })
    }
    pool.dispatch(
      {
        path: '/v1/chat/completions',
        method: 'POST',
        headers: headers as string[],
        body,
      },
      {
        onRequestStart(controller) {
          if (signal === undefined) return
          abort = () => controller.abort(new Error('took too long'))
          if (signal.aborted) abort()
          else signal.addEventListener('abort', abort)
        },
        onResponseStart(_controller, responseStatus, responseHeaders) {
          status = responseStatus
          received = responseHeaders
        },
        onResponseData(_controller, chunk) {
          text += chunk.toString('latin1')
          if (request.stream && firstTextAt === undefined && FIRST_TEXT.test(text)) {
            firstTextAt = performance.now()
          }
        },
        onResponseEnd() {
          end()
        },
        onResponseError(_controller, error) {
          end(error.message)
        },
      },
    )
  })
}
