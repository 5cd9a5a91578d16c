/** What retries may add to the load of what is failing already. */
export interface RetryBudget {
  /** A request has come in. */
  deposit(): void
  /**
   * Takes a retry: one that is there, or one of those that a few a second bring.
   * @param withinMs how long it may be waited for
   * @returns in how many milliseconds it may be made; undefined where that is later
   */
  withdraw(withinMs: number): number | undefined
  /** One that was taken and waited for is not made. */
  giveBack(): void
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
    withdraw(withinMs) {
      settle()
      if (balance >= 1) {
        balance--
        return 0
      }
      // Below nothing is what those who wait have taken already, so that each waits for its own.
      const waitMs = reserve >= 1 ? 0 : ((1 - reserve) / settings().minimumPerSecond) * 1000
      if (waitMs > withinMs) return undefined
      reserve--
      return waitMs
    },
    giveBack() {
      settle()
      reserve = Math.min(most(), reserve + 1)
    },
    isSpent() {
      settle()
      return balance < 1 && reserve < 1
    },
  }
}
