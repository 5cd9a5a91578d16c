import type { Booking, Origin } from './lease-order.ts'
import { WINDOW_MS } from './rate-terms.ts'

const GRAIN_MS = 1_000

/** What was used without a lease and is still to be counted by the shared books. */
export class Bookings {
  #waiting: Booking[] = []
  #amount = 0

  get amount(): number {
    return this.#amount
  }

  /** What belongs to one second becomes one booking, of its latest time: nothing may be forgotten too early. */
  add(amount: number, atMs: number, nowMs: number): Booking {
    this.#forget(nowMs)
    this.#amount += amount
    const latest = this.#waiting.at(-1)
    if (
      latest !== undefined &&
      Math.floor(atMs / GRAIN_MS) === Math.floor(latest.atMs / GRAIN_MS)
    ) {
      latest.amount += amount
      latest.atMs = Math.max(latest.atMs, atMs)
      return latest
    }
    const booking: Booking = { bucket: undefined, amount, atMs }
    this.#waiting.push(booking)
    return booking
  }

  /** @param entries the oldest first, none younger than what waits */
  addBefore(entries: Iterable<{ readonly atMs: number; readonly amount: number }>): void {
    const bookings = Array.from(entries, (entry): Booking => ({ ...entry, bucket: undefined }))
    this.#waiting.unshift(...bookings)
    for (const { amount } of bookings) this.#amount += amount
  }

  /** Gives back what was never sent. @returns false where it was */
  cancel(origin: Origin, amount: number): boolean {
    const booking = this.#waiting.find((waiting) => waiting === origin)
    if (booking === undefined) return false
    const cancelled = Math.min(amount, booking.amount)
    booking.amount -= cancelled
    this.#amount -= cancelled
    return true
  }

  /** All of them, to be sent. */
  take(nowMs: number): Booking[] {
    this.#forget(nowMs)
    const taken = this.#waiting.filter(({ amount }) => amount > 0)
    this.#waiting = []
    this.#amount = 0
    return taken
  }

  /** After a long outage: what is older than the window concerns nobody. */
  #forget(nowMs: number): void {
    while (this.#waiting.length > 0 && nowMs - this.#waiting[0]!.atMs > WINDOW_MS) {
      this.#amount -= this.#waiting.shift()!.amount
    }
  }
}
