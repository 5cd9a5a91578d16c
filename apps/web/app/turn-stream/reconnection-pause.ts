const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 10_000

export interface Failure {
  /** How many there were in a row, this one included. */
  failures: number
  /** What a refusal asked for. */
  retryAfterMs: number | null
  /** What the last stream asked for; the server has drawn it by lot already. */
  retryMs: number | undefined
  /** 0 ≤ value < 1. */
  random: number
}

/**
 * How long to wait before the next attempt. Pauses double up to ten seconds, half of each by lot («equal jitter», AWS
 * Architecture Blog, «Exponential Backoff And Jitter»): all readers of a replica lose it at one moment.
 */
export function reconnectionPauseMs(failure: Failure): number {
  const { failures, retryMs, random } = failure
  if (failures === 1 && retryMs !== undefined) return Math.min(LONGEST_PAUSE_MS, retryMs)
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1))
  return Math.max(failure.retryAfterMs ?? 0, (longest / 2) * (1 + random))
}
