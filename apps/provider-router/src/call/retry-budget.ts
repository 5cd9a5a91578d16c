/** What retries may add to the load of what is failing already. */
export interface RetryBudget {
  /** A request has come in. */
  deposit(): void
  /** @returns false where there is nothing left */
  withdraw(): boolean
  isSpent(): boolean
}

/** How long unspent deposits are kept. */
const KEPT_SECONDS = 10

/**
 * A share of the requests of the last seconds, plus a few a second so that a quiet router can retry at all: Finagle's
 * retry budget, as a bucket that deposits fill and that leaks at the pace of its memory.
 * @param nowMs of a clock that never goes back
 */
export function createRetryBudget(
  settings: () => { readonly ratio: number; readonly minimumPerSecond: number },
  nowMs: () => number,
): RetryBudget {
  const most = (): number => {
    const { minimumPerSecond } = settings()
    return minimumPerSecond === 0 ? 0 : Math.max(1, minimumPerSecond)
  }
  let balance = 0
  let reserve = most()
  let settledAt = nowMs()
  const settle = (): void => {
    const now = nowMs()
    const seconds = (now - settledAt) / 1000
    if (seconds <= 0) return
    settledAt = now
    balance *= Math.exp(-seconds / KEPT_SECONDS)
    reserve = Math.min(most(), reserve + seconds * settings().minimumPerSecond)
  }
  return {
    deposit() {
      settle()
      balance += settings().ratio
    },
    withdraw() {
      settle()
      if (balance >= 1) balance--
      else if (reserve >= 1) reserve--
      else return false
      return true
    },
    isSpent() {
      settle()
      return balance < 1 && reserve < 1
    },
  }
}
