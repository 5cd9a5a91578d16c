import { ServiceError } from '@brainlyx/service-kit'

/** Somebody who reads a flight, as the flight sees it. */
export interface Passenger {
  /** How many events it has taken. */
  readonly position: number
  /** There is more to take, or the flight has ended. */
  wake(): void
  /** It ends here, and throws the reason. */
  drop(reason: unknown): void
}

export interface FlightLimits<Event> {
  /** Estimated bytes of one event; the same whenever asked. */
  readonly sizeOf: (event: Event) => number
  readonly maxEvents: number
  readonly maxBytes: number
}

/** The reader was so far behind the others that what it had still to read could not be kept. */
export class FellBehind extends ServiceError {
  override readonly name = 'FellBehind'

  constructor() {
    super({
      code: 'reader-too-slow',
      status: 503,
      title: 'The answer was read more slowly than it could be kept.',
      retryable: true,
    })
  }
}

export type FlightEnd = { readonly failed: false } | { readonly failed: true; error: unknown }

/**
 * One upstream and everybody who reads it, each at their own pace. It is read when somebody has taken all there is and
 * asks for more, so no faster than the fastest of them.
 */
export class Flight<Event> {
  readonly #start: (signal: AbortSignal) => AsyncIterable<Event>
  readonly #limits: FlightLimits<Event>
  readonly #onClosed: () => void
  readonly #controller = new AbortController()
  readonly #passengers = new Set<Passenger>()
  #upstream: AsyncIterator<Event, unknown> | undefined
  #reading = false
  #forgets = false
  #end: FlightEnd | undefined
  /** What is kept; before it, `#forgotten` more have gone. */
  #events: Event[] = []
  #bytes = 0
  #forgotten = 0

  /** @param onClosed nobody may board any more: it has ended, or begun to forget. May be called again. */
  constructor(options: {
    start: (signal: AbortSignal) => AsyncIterable<Event>
    limits: FlightLimits<Event>
    onClosed: () => void
  }) {
    this.#start = options.start
    this.#limits = options.limits
    this.#onClosed = options.onClosed
  }

  /** How many events have come. */
  get length(): number {
    return this.#forgotten + this.#events.length
  }

  /** undefined while it runs. */
  get end(): FlightEnd | undefined {
    return this.#end
  }

  /** @param position of a passenger, and below `length` */
  eventAt(position: number): Event {
    return this.#events[position - this.#forgotten] as Event
  }

  board(passenger: Passenger): void {
    this.#passengers.add(passenger)
  }

  /** The last one to leave a running flight ends it; resolves when the upstream has cleaned up. */
  async leave(passenger: Passenger, reason: unknown): Promise<void> {
    this.#passengers.delete(passenger)
    if (this.#passengers.size > 0 || this.#end !== undefined) return
    this.#finish({ failed: true, error: reason })
    this.#controller.abort(reason)
    await this.#upstream?.return?.()
  }

  /** Asks for one event more, unless that has been asked for. Passengers are woken when it has come. */
  read(): void {
    if (this.#reading) return
    this.#reading = true
    try {
      this.#upstream ??= this.#start(this.#controller.signal)[Symbol.asyncIterator]()
      this.#upstream.next().then(this.#arrive, this.#fail)
    } catch (error) {
      this.#fail(error)
    }
  }

  readonly #arrive = (result: IteratorResult<Event, unknown>): void => {
    this.#reading = false
    // It may answer in spite of having been aborted.
    if (this.#end !== undefined) return
    if (result.done === true) return this.#finish({ failed: false })
    this.#events.push(result.value)
    this.#bytes += this.#limits.sizeOf(result.value)
    for (const passenger of this.#passengers) passenger.wake()
    if (this.#forgets || this.#isFull) this.#forget()
  }

  readonly #fail = (error: unknown): void => this.#finish({ failed: true, error })

  #finish(end: FlightEnd): void {
    this.#end = end
    this.#onClosed()
    for (const passenger of this.#passengers) passenger.wake()
  }

  get #isFull(): boolean {
    return this.#events.length > this.#limits.maxEvents || this.#bytes > this.#limits.maxBytes
  }

  /**
   * Lets go what everybody has read, since who comes now would have to get it all and can no longer board. Where that
   * is not enough, those furthest behind are dropped: waiting for them would slow the others down.
   */
  #forget(): void {
    if (!this.#forgets) this.#onClosed()
    this.#forgets = true
    for (;;) {
      let slowest = this.length
      let fastest = 0
      for (const { position } of this.#passengers) {
        slowest = Math.min(slowest, position)
        fastest = Math.max(fastest, position)
      }
      for (const gone of this.#events.splice(0, slowest - this.#forgotten)) {
        this.#bytes -= this.#limits.sizeOf(gone)
      }
      this.#forgotten = slowest
      // Whoever asked for the newest event may have left. Nothing more comes until another has got there.
      if (!this.#isFull || fastest < this.length) return
      for (const passenger of this.#passengers) {
        if (passenger.position === slowest) passenger.drop(new FellBehind())
      }
    }
  }
}
