import type { Origin } from './lease-order.ts'
import { WINDOW_MS } from './rate-terms.ts'

/** What was counted and not used, to be taken off where it is counted. */
export class Returns {
  #waiting = new Map<Origin, { amount: number; atMs: number }>()

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  add(origin: Origin, amount: number, atMs: number): void {
    const waiting = this.#waiting.get(origin)
    if (waiting === undefined) this.#waiting.set(origin, { amount, atMs })
    else waiting.amount += amount
  }

  clear(): void {
    this.#waiting.clear()
  }

  /** Those whose bucket is known, to be sent; the others wait until their booking is counted, or too old to matter. */
  take(nowMs: number): { bucket: number; amount: number }[] {
    const taken: { bucket: number; amount: number }[] = []
    for (const [origin, { amount, atMs }] of this.#waiting) {
      const { bucket } = origin
      if (bucket !== undefined) taken.push({ bucket, amount })
      if (bucket !== undefined || nowMs - atMs > WINDOW_MS) this.#waiting.delete(origin)
    }
    return taken
  }
}
