import { RecentMap } from './recent-map.ts'

const LIMIT = 1_000
const NEWEST = 0.2

/** How far providers are from this replica. A provider has one region, so this is known for each region too. */
export interface RoundTrips {
  /**
   * @param roundTripMs one round trip: the time of a TCP connect, half of one with TLS 1.3, or of a probe that does no
   * work at the other end
   */
  note(providerId: string, roundTripMs: number): void
  /** Average weighted exponentially, about the last ten; undefined: not measured yet. */
  measuredRoundTripMs(providerId: string): number | undefined
}

export function createRoundTrips(): RoundTrips {
  const averages = new RecentMap<number>(LIMIT)
  return {
    note(providerId, roundTripMs) {
      const average = averages.get(providerId) ?? roundTripMs
      averages.set(providerId, average + (roundTripMs - average) * NEWEST)
    },
    measuredRoundTripMs: (providerId) => averages.get(providerId),
  }
}
