import type { RouterFile } from '../config/router-file.ts'
import { OutcomeWindow } from './outcome-window.ts'
import type { Outcomes } from './outcome-window.ts'

export type BreakerSettings = RouterFile['breaker']

/** Enough to see a recovery, little enough to hurt nobody. */
export const LEAST_WEIGHT = 0.1

/** What the calls of the last seconds say of a deployment. Speaks of the time of its last `advance`. */
export class CallHealth {
  readonly #settings: () => BreakerSettings
  readonly #window = new OutcomeWindow()
  #consecutiveFailures = 0
  #isReduced = false

  constructor(settings: () => BreakerSettings) {
    this.#settings = settings
  }

  advance(nowMs: number): void {
    this.#window.advance(nowMs)
    const { reduceAbove, minimumCalls } = this.#settings()
    if (this.#window.failureRate <= reduceAbove) this.#isReduced = false
    // Once it gets less to do, fewer calls must do to judge it by: else it would get all back for having few.
    else if (this.#window.calls >= minimumCalls) this.#isReduced = true
  }

  get calls(): number {
    return this.#window.calls
  }

  get failureRate(): number {
    return this.#window.failureRate
  }

  /** As far as can be told where several replicas call. */
  get consecutiveFailures(): number {
    return this.#consecutiveFailures
  }

  get isReduced(): boolean {
    return this.#isReduced
  }

  /**
   * Falls from 1 by the same factor for each further share of failures, down to the least half-way to where it opens:
   * what fails every fourth time is only worth watching.
   */
  get weight(): number {
    if (!this.#isReduced) return 1
    const { reduceAbove, openAt } = this.#settings()
    const way = (2 * (this.#window.failureRate - reduceAbove)) / (openAt - reduceAbove)
    return way >= 0 && way < 1 ? LEAST_WEIGHT ** way : LEAST_WEIGHT
  }

  /** So many failures that nothing more should be sent there. */
  get isBad(): boolean {
    const { consecutiveFailures, minimumCalls, openAt } = this.#settings()
    return (
      this.#consecutiveFailures >= consecutiveFailures ||
      (this.#window.calls >= minimumCalls && this.#window.failureRate >= openAt)
    )
  }

  add(succeeded: boolean): void {
    this.#window.add(succeeded)
    this.#consecutiveFailures = succeeded ? 0 : this.#consecutiveFailures + 1
  }

  addElsewhere(outcomes: Outcomes): void {
    this.#window.addElsewhere(outcomes)
    // Their order is not known. One success among them is enough to say that not all calls fail.
    if (outcomes.successes > 0) this.#consecutiveFailures = 0
    else this.#consecutiveFailures += outcomes.failures
  }

  /** What other replicas must add for their rates to be the cluster's; nothing where no call fails. */
  takeUntold(): Outcomes[] {
    return this.#window.failures > 0 ? this.#window.takeUntold() : []
  }

  clear(): void {
    this.#window.clear()
    this.#consecutiveFailures = 0
    this.#isReduced = false
  }
}
