import { followLog } from './follow-log.ts'
import type { FollowLogOptions } from './follow-log.ts'
import type { LiveTurns } from './live-turns.ts'
import type { LogEntry } from './turn-log.ts'

/** Follows a turn wherever it runs: from memory in its own process, else (or once it was lost here) from the log. */
export async function* followTurn(
  options: FollowLogOptions & { liveTurns: LiveTurns },
): AsyncGenerator<LogEntry, void> {
  const live = options.liveTurns.get(options.turnId)
  let afterId = options.afterId
  if (live !== undefined) {
    const entries = live.follow(afterId, options.signal)
    try {
      let step = await entries.next()
      while (step.done !== true) {
        yield step.value
        afterId = step.value.id
        step = await entries.next()
      }
      if (step.value !== 'lost') return
    } finally {
      await entries.return('aborted')
    }
  }
  yield* followLog({ ...options, afterId })
}
