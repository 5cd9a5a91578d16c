import type { HedgeInput } from '../config/router-file.ts'
import { createAnswerTimes } from './answer-times.ts'
import type { AnswerTimes, CallKind } from './answer-times.ts'
import { createHedgeBudget } from './hedge-budget.ts'
import type { HedgeBudget } from './hedge-budget.ts'

/** What hedged calls of this replica have in common. */
export interface Hedging {
  readonly budget: HedgeBudget
  readonly times: AnswerTimes
}

/** @param ratio of requests that may be hedged, 0 to 1 */
export function createHedging(ratio: () => number): Hedging {
  return { budget: createHedgeBudget(ratio), times: createAnswerTimes() }
}

/** For how long a call is waited for before another is made beside it; undefined: not known yet. */
export function hedgeDelayMs(
  { afterMs, afterPercentile, atLeastMs }: HedgeInput,
  call: CallKind,
  times: AnswerTimes,
): number | undefined {
  if (afterMs !== undefined) return afterMs
  const usualMs = times.percentile(call, afterPercentile)
  return usualMs === undefined ? undefined : Math.max(usualMs, atLeastMs)
}
