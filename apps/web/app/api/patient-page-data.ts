import { reconnectionPauseMs } from '../turn-stream/reconnection-pause.ts'
import { sleepUntilOnline } from '../turn-stream/sleep-until-online.ts'

/** A page that is walked to shows an error soon; the one being read had better stay until there is something newer. */
const ATTEMPTS_TO_WALK = 4
const ATTEMPTS_TO_REFRESH = 60

type Fetch = typeof fetch

/**
 * React Router asks for a page's data with `fetch` alone, and puts an error page in place of everything, what is being
 * written included, where that fails once: a restart behind us, a tunnel. This asks again.
 */
export function askAgainForPageData(ask: Fetch): Fetch {
  return async (input, init) => {
    const url =
      input instanceof Request ? new URL(input.url) : new URL(String(input), location.href)
    const isPageData = (init?.method ?? 'GET') === 'GET' && url.pathname.endsWith('.data')
    if (!isPageData || url.origin !== location.origin) return ask(input, init)
    const isRefresh = url.pathname === `${location.pathname}.data`
    const attempts = isRefresh ? ATTEMPTS_TO_REFRESH : ATTEMPTS_TO_WALK
    const signal = init?.signal ?? new AbortController().signal
    for (let failures = 1; ; failures++) {
      try {
        const response = await ask(input, init)
        if (response.status < 500 || failures >= attempts) return response
      } catch (error) {
        if (signal.aborted || failures >= attempts) throw error
      }
      const random = Math.random()
      await sleepUntilOnline(
        reconnectionPauseMs({ failures, retryAfterMs: null, retryMs: undefined, random }),
        signal,
      )
    }
  }
}
