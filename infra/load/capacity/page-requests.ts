import type { ApiRequest } from '../turns/chat-api-caller.ts'
import type { Session } from './session.ts'

/** What the page asks for when somebody comes back to a chat; while nothing is written to it, it asks for nothing. */
const REQUESTS: readonly ((chatId: string) => string)[] = [
  () => '/chats',
  (chatId) => `/chats/${chatId}`,
  (chatId) => `/chats/${chatId}/messages`,
  () => '/me',
]

export interface RequestOutcome {
  readonly elapsedMs: number
  /** Undefined: it was answered with 200. */
  readonly flaw: string | undefined
}

/** One of the page's requests after another. */
export function createPageRequests(): (session: Session, dueAt: number) => Promise<RequestOutcome> {
  let next = 0
  return async ({ guest, chatId = '' }, dueAt) => {
    const path = REQUESTS[next++ % REQUESTS.length]?.(chatId) ?? '/chats'
    const request: ApiRequest = { method: 'GET', path }
    const { status, failure } = await guest.call(request)
    return {
      elapsedMs: performance.now() - dueAt,
      flaw: status === 200 ? undefined : `${path}: ${failure ?? `status ${status}`}`,
    }
  }
}
