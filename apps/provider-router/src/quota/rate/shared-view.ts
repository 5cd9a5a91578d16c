import type { LeaseAnswer } from './lease-order.ts'

/** At the longest until one asks again where there was no room: others give back what they did not use. */
const ASK_AGAIN_MS = 500
/** What a caller is told while room is being asked for. */
export const SOON_MS = 5
/** Replicas that were told the same would otherwise ask in the same order again and again. */
const JITTER_MS = 50

/** What Redis last told of one limit. */
export class SharedView {
  toldAtMs = -Infinity
  /** All that was counted, of all replicas. */
  total = 0
  /** Until then there is no more room than that leaves. */
  fullUntilMs = -Infinity
  askAgainAtMs = -Infinity
  /** What of it this replica used itself, or holds. */
  own = 0

  /** When there may be room again, as far as is known: what is known of it soon is old. */
  retryMs(nowMs: number): number {
    return nowMs < this.askAgainAtMs ? Math.max(SOON_MS, this.fullUntilMs - nowMs) : SOON_MS
  }

  tell(answer: LeaseAnswer, told: { nowMs: number; own: number; random: number }): void {
    this.toldAtMs = told.nowMs
    this.total = answer.total
    this.own = told.own
    this.fullUntilMs = told.nowMs + answer.waitMs
    this.askAgainAtMs =
      answer.waitMs === 0
        ? told.nowMs
        : told.nowMs + Math.min(answer.waitMs, ASK_AGAIN_MS) + told.random * JITTER_MS
  }
}
