import { LEASE_MS, WINDOW_MS } from './rate-terms.ts'
import type { SharedView } from './shared-view.ts'

/**
 * A replica whose lease is used up may go on a little before Redis has answered: it books afterwards what it used.
 *
 * The bound. Redis grants a lease only while all that is counted stays within `leasable`, and a replica overdraws only
 * when the last answer it got leaves room below that. Take the replica whose answer is the newest: whatever others
 * booked after that answer is at most one overdraft each, since a second one would need an even newer answer. So all
 * that is used is never above `leasable` plus one overdraft of each replica. `leasable` stops one percent short of the
 * limit, which is what the small overdrafts of all replicas come to; the large ones come to five percent and are only
 * for a replica to whose knowledge half of the limit is free. A limit in regular use is therefore kept exactly where
 * it matters, near its end, and one that fills up within the first answer to a replica that comes from far by four
 * percent. One call may be an overdraft whatever its size, for which limits under 100 calls leave no room: there, and
 * with estimates of tokens above the percentages, the bound is the limit plus one call of each replica.
 */
const SMALL_SHARE = 0.01
const LARGE_SHARE = 0.05

/** Up to where Redis grants leases. */
export function leasable(limit: number, replicas: number): number {
  return replicas === 1 ? limit : limit - Math.floor(limit * SMALL_SHARE)
}

export interface OverdraftTerms {
  readonly limit: number
  readonly replicas: number
  readonly nowMs: number
}

/**
 * Whether so much more may be used before Redis has answered.
 * @param outstanding what is not counted yet
 */
export function mayOverdraw(
  amount: number,
  outstanding: number,
  view: SharedView,
  terms: OverdraftTerms,
): boolean {
  const { limit, replicas, nowMs } = terms
  const room = leasable(limit, replicas) - view.total
  const isKnown = nowMs < Math.max(view.toldAtMs + LEASE_MS, view.fullUntilMs)
  if (isKnown && outstanding + amount > room) return false
  return outstanding === 0 || outstanding + amount <= overdraft(view, terms)
}

function overdraft(view: SharedView, { limit, replicas, nowMs }: OverdraftTerms): number {
  const isRecent = nowMs - view.toldAtMs < WINDOW_MS
  // Nobody else takes anything.
  if (replicas === 1) return limit - (isRecent ? view.total : 0)
  const isRoomy = !isRecent || view.total <= limit / 2
  return Math.max(1, Math.floor((limit * (isRoomy ? LARGE_SHARE : SMALL_SHARE)) / replicas))
}
