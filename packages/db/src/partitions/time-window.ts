import { OLDEST_TURN_MS, timestampOf } from '../identifiers/timestamp-of.ts'

/**
 * Between which times rows lie that a query looks for by something else than their id. As parameters, which is what
 * lets Postgres leave the other months out when it plans.
 */
export interface TimeWindow {
  readonly from: Date
  readonly until: Date
}

/** How far two replicas' clocks may differ: a message's id can be that much older than its parent's. */
export const CLOCK_TOLERANCE_MS = 60 * 60 * 1000

/** What was made after the row `id`; by now, unless `until` is known. */
export function madeAfter(id: string, until: Date = new Date()): TimeWindow {
  return {
    from: new Date(timestampOf(id).getTime() - CLOCK_TOLERANCE_MS),
    until: new Date(until.getTime() + CLOCK_TOLERANCE_MS),
  }
}

/** Turns accepted after the turn `turnId` was: a client may have made the id of one as long before as it may be old. */
export function acceptedAfter(turnId: string): TimeWindow {
  const { from, until } = madeAfter(turnId)
  return { from: new Date(from.getTime() - OLDEST_TURN_MS), until }
}
