import type { Flight, Passenger } from './flight.ts'

interface Waiting<Event> {
  readonly resolve: (result: IteratorResult<Event, undefined>) => void
  readonly reject: (error: unknown) => void
}

/**
 * Reads a flight from its first event to its end. It has its seat from the beginning: whoever holds one reads to the
 * end, calls `return`, or aborts its signal. As `for await` does, call `next` when the one before has settled.
 */
export class Follower<Event> implements AsyncIterableIterator<Event, undefined>, Passenger {
  /** The flight was there before: somebody else's request began it. */
  readonly joined: boolean
  readonly #flight: Flight<Event>
  readonly #signal: AbortSignal
  #position = 0
  #waiting: Waiting<Event> | undefined
  #left = false
  /** What ended it, until that has been thrown. */
  #failure: { readonly error: unknown } | undefined

  constructor(options: { flight: Flight<Event>; signal: AbortSignal; joined: boolean }) {
    const { flight, signal, joined } = options
    this.joined = joined
    this.#flight = flight
    this.#signal = signal
    flight.board(this)
    if (signal.aborted) this.#abort()
    else signal.addEventListener('abort', this.#abort, { once: true })
  }

  get position(): number {
    return this.#position
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** @throws the reason of its own signal, the upstream's error, or {@link FellBehind} */
  next(): Promise<IteratorResult<Event, undefined>> {
    return new Promise((resolve, reject) => {
      if (this.#waiting !== undefined) return reject(new Error('one call of `next` at a time'))
      const waiting = { resolve, reject }
      if (this.#settle(waiting)) return
      this.#waiting = waiting
      this.#flight.read()
    })
  }

  /** Leaves. If it was the last one there, resolves when the upstream has cleaned up. */
  async return(): Promise<IteratorResult<Event, undefined>> {
    const departure = this.#depart(new Error('the answer is no longer wanted'))
    this.wake()
    await departure
    return { done: true, value: undefined }
  }

  wake(): void {
    const waiting = this.#waiting
    if (waiting !== undefined && this.#settle(waiting)) this.#waiting = undefined
  }

  drop(reason: unknown): void {
    if (this.#left) return
    this.#failure = { error: reason }
    // It ends at once, however long the upstream takes to clean up. If that fails, nobody is left to be told.
    this.#depart(reason).catch(() => undefined)
    this.wake()
  }

  readonly #abort = (): void => this.drop(this.#signal.reason)

  /** False where there is nothing to say yet. */
  #settle({ resolve, reject }: Waiting<Event>): boolean {
    if (!this.#left) {
      if (this.#position < this.#flight.length) {
        resolve({ done: false, value: this.#flight.eventAt(this.#position++) })
        return true
      }
      const { end } = this.#flight
      if (end === undefined) return false
      if (end.failed) this.#failure = end
      void this.#depart()
    }
    const failure = this.#failure
    this.#failure = undefined
    if (failure === undefined) resolve({ done: true, value: undefined })
    else reject(failure.error)
    return true
  }

  async #depart(reason?: unknown): Promise<void> {
    if (this.#left) return
    this.#left = true
    this.#signal.removeEventListener('abort', this.#abort)
    await this.#flight.leave(this, reason)
  }
}
