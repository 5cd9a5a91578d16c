import type { QuotaFacts } from '../quotas.ts'
import { WINDOW_MS } from '../rate/rate-terms.ts'

/** Accounts move to other tiers, and what a provider said of now is soon of no use. */
const FORGOTTEN_AFTER_MS = 120_000
const LONGEST_RESET_MS = 86_400_000

interface Remainder {
  left: number
  atMs: number
  readonly most: number
  readonly perMs: number
  readonly untilMs: number
}

/**
 * What the headers of a provider tell is left of one limit. Where none is configured, that is all there is to go by, and
 * each response tells it anew: a window of our own over a limit that was only heard of would refuse what the provider
 * still takes, since some name limits of a day, and some servers name limits that they do not keep. Where one is
 * configured, it counts where it is less than we think, since others may use the same key. OpenAI, Groq and Anthropic
 * refill continuously, so what is left grows until the reset.
 */
export class LearnedLimit {
  #remainder: Remainder | undefined

  /** Facts that cannot be true together are all left aside. */
  learn(
    facts: QuotaFacts,
    known: {
      nowMs: number
      replicas: number
      isPaused: boolean
      configured: number | undefined
      /** What is left of a limit as we see it. */
      leftOf: (limit: number) => number
    },
  ): void {
    const { nowMs, replicas, configured } = known
    const { remaining, resetMs = WINDOW_MS } = facts
    if (remaining === undefined || !isPlausible(facts, known.isPaused)) return
    this.#remainder = undefined
    if (configured !== undefined && remaining >= Math.floor(known.leftOf(configured))) return
    // All replicas hear of the same rest, so each takes its share of it.
    const theirs = facts.limit ?? configured ?? remaining
    this.#remainder = {
      left: Math.ceil(remaining / replicas),
      atMs: nowMs,
      most: Math.max(1, theirs / replicas),
      perMs: Math.max(0, theirs - remaining) / Math.max(1, resetMs) / replicas,
      untilMs: nowMs + Math.min(resetMs, FORGOTTEN_AFTER_MS),
    }
  }

  /** 0: nothing is known against it. */
  waitMs(amount: number, nowMs: number): number {
    const remainder = this.#grown(nowMs)
    if (remainder === undefined) return 0
    const missing = Math.min(amount, remainder.most) - remainder.left
    if (missing <= 0) return 0
    return Math.min(remainder.untilMs - nowMs, missing / remainder.perMs)
  }

  take(amount: number, nowMs: number): void {
    const remainder = this.#grown(nowMs)
    if (remainder !== undefined) remainder.left -= amount
  }

  /** 0: nothing left, 1: nothing is known against it. */
  headroom(nowMs: number): number {
    const remainder = this.#grown(nowMs)
    return remainder === undefined ? 1 : Math.min(1, Math.max(0, remainder.left) / remainder.most)
  }

  #grown(nowMs: number): Remainder | undefined {
    const remainder = this.#remainder
    if (remainder === undefined) return undefined
    if (nowMs >= remainder.untilMs) {
      this.#remainder = undefined
      return undefined
    }
    remainder.left += (nowMs - remainder.atMs) * remainder.perMs
    remainder.atMs = nowMs
    return remainder
  }
}

/** Gateways send limits of 0, resets in 1970, and a full limit with a 429. */
function isPlausible({ limit, remaining, resetMs }: QuotaFacts, isPaused: boolean): boolean {
  if (limit !== undefined && !(Number.isFinite(limit) && limit >= 1)) return false
  if (resetMs !== undefined && !(resetMs >= 0 && resetMs <= LONGEST_RESET_MS)) return false
  if (remaining === undefined) return true
  if (!(Number.isFinite(remaining) && remaining >= 0)) return false
  return limit === undefined || remaining < limit || (remaining === limit && !isPaused)
}
