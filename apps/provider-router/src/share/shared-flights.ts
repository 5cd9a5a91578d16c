import { Flight } from './flight.ts'
import { Follower } from './follower.ts'

export interface SharedFlights<Event> {
  /** Distinct requests that are running and can be joined. */
  readonly size: number
  /**
   * Reads what `start` gives, or, where the same key is in flight, what that one gave and gives. The upstream's signal
   * is aborted when the last reader has gone before its end; a reader's own signal ends that reader only. An upstream's
   * failure reaches all. Nothing is kept once it has ended.
   */
  join(
    key: string,
    start: (signal: AbortSignal) => AsyncIterable<Event>,
    signal: AbortSignal,
  ): Follower<Event>
}

/**
 * Identical requests in flight, one upstream for each. `maxEvents` and `maxBytes` say how much of an answer is kept for
 * those who come late; one that has grown beyond can no longer be joined, and the next of its key starts another. What
 * is kept is kept of every answer, twin or none, so that the limits times the running requests is the memory it takes.
 */
export function createSharedFlights<Event>({
  sizeOf,
  maxEvents = 2_000,
  maxBytes = 1_048_576,
}: {
  /** Estimated bytes of one event; the same whenever asked. */
  sizeOf: (event: Event) => number
  maxEvents?: number
  maxBytes?: number
}): SharedFlights<Event> {
  const limits = { sizeOf, maxEvents, maxBytes }
  const flights = new Map<string, Flight<Event>>()
  return {
    get size() {
      return flights.size
    },
    join(key, start, signal) {
      const running = flights.get(key)
      if (running !== undefined) return new Follower({ flight: running, signal, joined: true })
      const flight = new Flight<Event>({
        start,
        limits,
        onClosed() {
          if (flights.get(key) === flight) flights.delete(key)
        },
      })
      flights.set(key, flight)
      return new Follower({ flight, signal, joined: false })
    },
  }
}
