import { ProviderError } from '../adapters/provider-error.ts'
import type { TimeLimits } from '../select/deployment.ts'

/**
 * Ends a call that is too slow, by its signal. Only the provider's own time counts: while the reader takes nothing,
 * nothing but the total runs. The first-token and idle limits hold for streams only.
 */
export class CallClock {
  readonly #abort: AbortController
  readonly #idleMs: number
  readonly #total: NodeJS.Timeout
  readonly #firstToken: NodeJS.Timeout | undefined
  #idle: NodeJS.Timeout | undefined
  #isWaiting = false
  #hasDelivered = false

  constructor(
    abort: AbortController,
    options: { limits: TimeLimits; streams: boolean; leftMs: number },
  ) {
    const { limits, streams, leftMs } = options
    this.#abort = abort
    this.#idleMs = limits.idleMs
    const totalMs = Math.max(1, Math.min(streams ? limits.totalMs : limits.wholeMs, leftMs))
    this.#total = setTimeout(() => this.#expire(), totalMs)
    if (streams) this.#firstToken = setTimeout(() => this.#expire(), limits.firstTokenMs)
  }

  /** The provider is asked for more. */
  waiting(): void {
    this.#isWaiting = true
    if (!this.#hasDelivered) return
    if (this.#idle === undefined) {
      this.#idle = setTimeout(() => {
        if (this.#isWaiting) this.#expire()
      }, this.#idleMs)
    } else this.#idle.refresh()
  }

  /** It said something. @param delivered a piece of the answer was in it, of a stream */
  heard(delivered: boolean): void {
    this.#isWaiting = false
    if (!delivered || this.#hasDelivered || this.#firstToken === undefined) return
    this.#hasDelivered = true
    clearTimeout(this.#firstToken)
  }

  stop(): void {
    clearTimeout(this.#total)
    clearTimeout(this.#firstToken)
    clearTimeout(this.#idle)
  }

  #expire(): void {
    this.#abort.abort(new ProviderError({ code: 'timeout', status: null, retryable: true }))
  }
}
