import type { Lease, Origin } from './lease-order.ts'

/** Room that this replica may use without asking anybody, until it expires. */
export class Leases {
  #leases: Lease[] = []
  #held = 0

  add(lease: Lease): void {
    this.#leases.push(lease)
    this.#held += lease.left
  }

  get held(): number {
    return this.#held
  }

  /** From the oldest on, up to `amount`. @returns what was drawn, and the oldest lease that it came from */
  draw(amount: number): { drawn: number; origin: Origin | undefined } {
    const origin = this.#leases[0]
    let missing = Math.min(amount, this.#held)
    const drawn = missing
    this.#held -= drawn
    while (missing > 0) {
      const lease = this.#leases[0]!
      const part = Math.min(lease.left, missing)
      lease.left -= part
      missing -= part
      if (lease.left === 0) this.#leases.shift()
    }
    return { drawn, origin: drawn > 0 ? origin : undefined }
  }

  /** Ends those that are over. */
  expire(nowMs: number, giveBack: (lease: Lease) => void): void {
    for (let lease = this.#leases[0]; lease !== undefined; lease = this.#leases[0]) {
      if (nowMs < lease.untilMs) return
      this.#leases.shift()
      this.#held -= lease.left
      giveBack(lease)
    }
  }
}
