import { isFinalFrame } from '@brainlyx/chat-contract'
import type { TurnFrame } from '@brainlyx/chat-contract'
import type { Hints } from './turn-hints.ts'
import { hintChannel } from './turn-log.ts'
import type { LogEntry, TurnLog } from './turn-log.ts'

export interface FollowLogOptions {
  log: TurnLog
  hints: Hints
  turnId: string
  /** The reader has everything up to here. */
  afterId: string
  signal: AbortSignal
  /** Asked when the log is silent: the stored answer's frames once the turn has ended, else undefined. */
  storedEnd: () => Promise<TurnFrame[] | undefined>
  /** How often the log is read without a hint. Default 1 s. */
  pollMs?: number
}

/** So many silent polls before the database is asked whether the turn has ended. */
const SILENT_POLLS = 3

/**
 * Follows a turn that another process runs: replays the log, then reads it at each hint and at each poll, which
 * heals lost hints. Ends after the final frame. Where the log ends without one (its writer died between the
 * database and the log, or Redis is away) the stored answer stands in once the turn has ended.
 */
export async function* followLog(options: FollowLogOptions): AsyncGenerator<LogEntry, void> {
  const { log, hints, turnId, signal, storedEnd, pollMs = 1_000 } = options
  let cursor = options.afterId
  let wake = (): void => {}
  let hinted = false
  const onHint = (): void => {
    hinted = true
    wake()
  }
  const stopListening = hints.listen(hintChannel(turnId), onHint)
  signal.addEventListener('abort', onHint)
  try {
    let silentPolls = 0
    let end: TurnFrame[] | undefined
    while (!signal.aborted) {
      hinted = false
      const entries = await log.read(turnId, cursor)
      if (entries !== 'unavailable' && entries.length > 0) {
        silentPolls = 0
        for (const entry of entries) {
          if (signal.aborted) return
          yield entry
          cursor = entry.id ?? cursor
          if (isFinalFrame(entry.frame)) return
        }
        continue
      }
      // The stored end is used a round after it was seen: its frames may just be on their way to the log.
      if (end !== undefined) {
        yield* end.map((frame) => ({ id: null, frame }))
        return
      }
      silentPolls++
      if (silentPolls >= SILENT_POLLS || entries === 'unavailable') {
        end = await storedEnd()
        if (end !== undefined && entries === 'unavailable') continue
      }
      if (!hinted) await waitForWake(pollMs, (resolve) => (wake = resolve))
    }
  } finally {
    stopListening()
    signal.removeEventListener('abort', onHint)
  }
}

function waitForWake(timeoutMs: number, expose: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs)
    expose(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
