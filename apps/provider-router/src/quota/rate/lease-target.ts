import type { Demand } from './demand.ts'
import { leasable } from './overdraft.ts'
import { WINDOW_MS } from './rate-terms.ts'
import type { SharedView } from './shared-view.ts'

/** More than the time between two orders, less than a lease lasts. */
const HORIZON_MS = 300

/**
 * How much a replica should hold: what it will use before it asks again, and where there is room some more for a
 * burst, since what is not used goes back within half a second. Never so much that others find nothing, and nothing
 * where hardly a call is expected, which can as well be booked afterwards.
 */
export function leaseTarget(
  demand: Demand,
  view: SharedView,
  { limit, replicas, nowMs }: { limit: number; replicas: number; nowMs: number },
): number {
  if (!demand.isWarm(nowMs)) return 0
  const most = leasable(limit, replicas)
  const expected = demand.next(HORIZON_MS, nowMs)
  const isRecent = nowMs - view.toldAtMs < WINDOW_MS
  const room = Math.max(0, isRecent ? most - view.total : most)
  const forBursts = Math.min(most / 20, room / 4) / replicas
  return Math.round(Math.min(Math.max(expected, forBursts), most / 4 / replicas))
}
