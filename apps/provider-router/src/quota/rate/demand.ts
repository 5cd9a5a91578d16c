const MEMORY_MS = 250
const WARM_MS = 2_000

/**
 * How much was asked for lately, granted or not: a sum in which everything fades with a time constant of 250 ms. One
 * call after a silence counts as one in 250 ms, whatever the microseconds around it say.
 */
export class Demand {
  #sum = 0
  #atMs = 0
  #askedAtMs = -Infinity

  add(amount: number, nowMs: number): void {
    this.#fade(nowMs)
    this.#sum += amount
    this.#askedAtMs = nowMs
  }

  /** Somebody is interested. */
  touch(nowMs: number): void {
    this.#askedAtMs = nowMs
  }

  /** Whether more is to be expected soon. */
  isWarm(nowMs: number): boolean {
    return nowMs - this.#askedAtMs < WARM_MS
  }

  /** What the coming time will ask for, should it go on like this. */
  next(durationMs: number, nowMs: number): number {
    this.#fade(nowMs)
    return (this.#sum * durationMs) / MEMORY_MS
  }

  #fade(nowMs: number): void {
    if (nowMs === this.#atMs) return
    this.#sum *= Math.exp((this.#atMs - nowMs) / MEMORY_MS)
    this.#atMs = nowMs
  }
}
