import type { SetTimer } from './embedding-batcher.ts'

/** Time that passes when a test says so. */
export class ManualTimers {
  #nowMs = 0
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>()

  get nowMs(): number {
    return this.#nowMs
  }

  /** Timers that are still to go off. */
  get pending(): number {
    return this.#timers.size
  }

  readonly setTimer: SetTimer = (callback, ms) => {
    const timer = { at: this.#nowMs + ms, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  advance(ms: number): void {
    this.#nowMs += ms
    const due = [...this.#timers].filter(({ at }) => at <= this.#nowMs)
    for (const timer of due.toSorted((a, b) => a.at - b.at)) {
      if (this.#timers.delete(timer)) timer.callback()
    }
  }
}
