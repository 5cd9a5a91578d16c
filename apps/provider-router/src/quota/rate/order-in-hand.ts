import type { LeaseOrder } from './lease-order.ts'
import { WINDOW_MS } from './rate-terms.ts'

/** Redis counts as slow after this long, and the replica goes on by itself until it answers. */
const SLOW_MS = 50
const RETRY_MS = 250

/**
 * One order at a time. Whether one that was not answered was carried out is not known, so it goes out again
 * unchanged: by its number Redis tells that it has seen it.
 */
export class OrderInHand {
  #order: LeaseOrder | undefined
  #number: number
  #sentAtMs: number | undefined
  #retryAtMs = -Infinity
  #isUnanswered = false

  /** @param number any that no earlier order of this replica about the same has come to, as by chance */
  constructor(number: number) {
    this.#number = number
  }

  /** Whether one was not answered and is to go out again. */
  get isUnanswered(): boolean {
    return this.#isUnanswered
  }

  /** What it books. */
  get booked(): number {
    let amount = 0
    for (const booking of this.#order?.bookings ?? []) amount += booking.amount
    return amount
  }

  /** Whether Redis leaves it without an answer. */
  isNeglected(nowMs: number): boolean {
    const isSlow = this.#sentAtMs !== undefined && nowMs - this.#sentAtMs > SLOW_MS
    return this.#isUnanswered || isSlow
  }

  maySend(nowMs: number): boolean {
    return this.#sentAtMs === undefined && nowMs >= this.#retryAtMs
  }

  /** @param write a new one, unless there is one to be sent again that still matters */
  send(nowMs: number, write: (number: number) => LeaseOrder): LeaseOrder {
    this.#sentAtMs = nowMs
    if (this.#order === undefined || nowMs - this.#order.sentAtMs >= WINDOW_MS) {
      this.#number++
      this.#order = write(this.#number)
    }
    return this.#order
  }

  /** @returns the order that is answered now */
  answered(): LeaseOrder | undefined {
    const order = this.#order
    this.#order = undefined
    this.#sentAtMs = undefined
    this.#isUnanswered = false
    return order
  }

  failed(nowMs: number): void {
    this.#sentAtMs = undefined
    this.#isUnanswered = true
    this.#retryAtMs = nowMs + RETRY_MS
  }
}
