/** How many requests may be asked twice. */
export interface HedgeBudget {
  /** A request that may be hedged has come in. */
  deposit(): void
  isSpent(): boolean
  /** @returns false where there is nothing left */
  withdraw(): boolean
}

/** What quiet times can save up for a bad one. */
const MOST_SAVED = 10

/**
 * A share of the requests, as a bucket that requests alone fill: it begins empty and forgets nothing, so that at any
 * time no more than that share of all requests has been hedged. Unlike a retry, a hedge is never needed: a router with
 * little to do has no right to some.
 * @param ratio 0 to 1
 */
export function createHedgeBudget(ratio: () => number): HedgeBudget {
  let balance = 0
  return {
    deposit() {
      balance = Math.min(MOST_SAVED, balance + ratio())
    },
    isSpent: () => balance < 1,
    withdraw() {
      if (balance < 1) return false
      balance--
      return true
    },
  }
}
