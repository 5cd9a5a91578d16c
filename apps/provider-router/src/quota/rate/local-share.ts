import type { OwnWindow } from './own-window.ts'
import { WINDOW_MS } from './rate-terms.ts'
import type { RateTerms } from './rate-terms.ts'
import type { SharedView } from './shared-view.ts'

/** An older answer says nothing of what the others use. */
const RECENT_MS = 10_000

/** One call a minute is always allowed. */
export function fairShare({ limit, replicas }: RateTerms): number {
  return Math.max(1, Math.floor(limit / replicas))
}

/**
 * What this replica may still use while Redis is away.
 *
 * A minute after Redis was lost: its fair share of the limit in any minute. Until then what everybody used before
 * still counts, so each may use what it had used itself, as that grows old, and its share of the room that was left.
 * Over all replicas that is the limit, plus what the others took after a replica's last answer, divided by the number
 * of replicas. A limit in regular use is answered for every half second, so it is at most what is leased in one; a
 * replica whose last answer is older than ten seconds takes its fair share, and may be that much above the limit.
 * @param since what this replica used after the last answer
 */
export function localRoom(
  own: OwnWindow,
  since: number,
  view: SharedView,
  terms: RateTerms & { nowMs: number },
): number {
  const { limit, replicas, nowMs, heardAtMs } = terms
  const used = own.total(nowMs)
  const share = fairShare(terms)
  const lostAtMs = Math.max(heardAtMs, view.toldAtMs)
  const isFresh = lostAtMs - view.toldAtMs < RECENT_MS && nowMs - lostAtMs < WINDOW_MS
  if (!isFresh) return share - used
  const rest = view.own + Math.max(0, limit - view.total) / replicas
  return Math.min(share - Math.min(since, used), rest - used)
}
