import { reconnectionPauseMs } from '../turn-stream/reconnection-pause.ts'
import { sleepUntilOnline } from '../turn-stream/sleep-until-online.ts'

/** A page that is walked to shows an error soon; the one being read had better stay until there is something newer. */
const ATTEMPTS_TO_WALK = 4
const ATTEMPTS_TO_REFRESH = 60

type Fetch = typeof fetch

/**
 * React Router asks for a page's data with `fetch` alone, and puts an error page in place of everything, what is being
 * written included, where that fails once: a restart behind us, a tunnel. This asks again.
 *
 * It also hands over what has arrived as a whole. React Router believes the first line of an answer, goes on reading
 * until its end, and where it calls the request off in between (a form that is no longer on the page, a page left) two
 * rejections reach nobody. Our pages' data is one line, so that nothing is shown later for it.
 */
export function askAgainForPageData(ask: Fetch): Fetch {
  return async (input, init) => {
    const url =
      input instanceof Request ? new URL(input.url) : new URL(String(input), location.href)
    if (!url.pathname.endsWith('.data') || url.origin !== location.origin) return ask(input, init)
    const askForAll = async (): Promise<Response> => readWhole(await ask(input, init))
    if ((init?.method ?? 'GET') !== 'GET') return askForAll()
    const isRefresh = url.pathname === `${location.pathname}.data`
    const attempts = isRefresh ? ATTEMPTS_TO_REFRESH : ATTEMPTS_TO_WALK
    const signal = init?.signal ?? new AbortController().signal
    for (let failures = 1; ; failures++) {
      try {
        const response = await askForAll()
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

async function readWhole(response: Response): Promise<Response> {
  return new Response(response.body === null ? null : await response.blob(), response)
}
