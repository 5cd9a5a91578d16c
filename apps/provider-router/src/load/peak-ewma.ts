/** Mean lifetime of a peak. */
const DECAY_MS = 10_000
/** The floor rises this slowly, so that it outlives the peaks that stand on it. */
const FLOOR_DECAY_MS = 60_000

/**
 * Peak-EWMA of a latency, as Finagle's load balancer has it: a sample above the average replaces it at once, one below
 * draws it down by the weight of the time that has passed, so slowness shows at the first call and is forgotten slowly.
 *
 * While nothing is measured the estimate falls, so that a deployment that was slow is tried again. Finagle's falls to
 * zero; where a first token takes seconds, a crowd of calls would come in at next to nothing before the first of them
 * was measured. This one falls to a floor, the mirror image of the peak: it follows low samples at once and rises slowly.
 *
 * Estimates never leave the range of what was put in. Times are of one clock that never goes back.
 */
export class PeakEwma {
  #peakMs: number | undefined
  #floorMs: number | undefined
  #changedAt = 0

  /** A call was answered after so long. */
  observe(sampleMs: number, nowMs: number): void {
    const passedMs = nowMs - this.#changedAt
    const peakMs = this.#peakMs ?? sampleMs
    this.#peakMs = Math.max(sampleMs, approach(peakMs, sampleMs, passedMs / DECAY_MS))
    const floorMs = this.#floorMs ?? sampleMs
    this.#floorMs = Math.min(sampleMs, approach(floorMs, sampleMs, passedMs / FLOOR_DECAY_MS))
    this.#changedAt = nowMs
  }

  /** It took at least so long, or should count so: raises the estimate where it is lower, and never lowers it. */
  raise(leastMs: number, nowMs: number): void {
    this.#peakMs = Math.max(leastMs, this.at(nowMs) ?? 0)
    this.#changedAt = nowMs
  }

  /** undefined before the first measurement. */
  at(nowMs: number): number | undefined {
    if (this.#peakMs === undefined || this.#floorMs === undefined) return this.#peakMs
    return approach(this.#peakMs, this.#floorMs, (nowMs - this.#changedAt) / DECAY_MS)
  }
}

/** `from` after it has moved towards `to` for so many lifetimes. */
function approach(from: number, to: number, lifetimes: number): number {
  return to + (from - to) * Math.exp(-lifetimes)
}
