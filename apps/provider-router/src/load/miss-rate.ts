/** Weight of the newest call: about the last ten count. */
const NEWEST = 0.2
/** Mean lifetime of a miss that nothing has confirmed. */
const FORGIVE_MS = 60_000

/**
 * Share of calls, lately, that missed an objective, 0 to 1: an average weighted exponentially by call, which is also
 * forgiven in time. Without that, whoever gets no calls because it missed would never get the one that proves it mended.
 * Another miss takes the forgiveness back.
 */
export class MissRate {
  #rate = 0
  #changedAt = 0

  note(missed: boolean, nowMs: number): void {
    this.#rate = missed ? this.#rate + (1 - this.#rate) * NEWEST : this.at(nowMs) * (1 - NEWEST)
    this.#changedAt = nowMs
  }

  at(nowMs: number): number {
    return this.#rate * Math.exp((this.#changedAt - nowMs) / FORGIVE_MS)
  }
}
