import { LEASE_MS, WINDOW_MS } from './rate-terms.ts'
import type { SharedView } from './shared-view.ts'

/**
 * A replica whose lease is used up, or that has none yet, may go on a little before Redis has answered: it books
 * afterwards what it used.
 *
 * The bound. Redis grants a lease only while all that is counted stays within `leasable`, and a replica overdraws only
 * while the last answer it got leaves room below that. Take the replica whose answer is the newest: what was booked or
 * used unbooked since then is one overdraft of each replica at most, since for a second one a replica would need a
 * newer answer still. So no more is ever used than `leasable` and one overdraft of each.
 *
 * A small overdraft is one percent of the limit, divided by the replicas, and `leasable` stops short by just that. A
 * large one is five, and only for a replica to whose knowledge half of the limit is free. So a limit that fills up
 * under the eyes of all replicas is kept exactly, and otherwise to 4 %. One call may be an overdraft whatever its
 * size. Where that is more than the percentages (limits under 100, large estimates of tokens), the bound is the limit
 * and one call of each replica.
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
