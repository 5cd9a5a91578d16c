import type { RetryBudget } from './retry-budget.ts'

/** A place in the line for one retry, held while the request looks for whom to call. */
export class RetryTicket {
  readonly #budget: RetryBudget
  readonly #nowMs: () => number
  #dueAt: number | undefined

  constructor(budget: RetryBudget, nowMs: () => number) {
    this.#budget = budget
    this.#nowMs = nowMs
  }

  /**
   * @param withinMs how long a retry that is not to be had now may be waited for
   * @returns milliseconds until the retry may be made; 0: now, and it is paid; undefined: not in time
   */
  use(withinMs: number): number | undefined {
    if (this.#dueAt === undefined) {
      const waitMs = this.#budget.withdraw(withinMs)
      if (waitMs === undefined || waitMs === 0) return waitMs
      this.#dueAt = this.#nowMs() + waitMs
      return waitMs
    }
    const leftMs = this.#dueAt - this.#nowMs()
    if (leftMs > 0) return leftMs
    this.#dueAt = undefined
    return 0
  }

  /** It is not needed after all. */
  giveBack(): void {
    if (this.#dueAt === undefined) return
    this.#dueAt = undefined
    this.#budget.giveBack()
  }
}
