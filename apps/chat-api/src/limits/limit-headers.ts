import type { Response } from 'express'
import { UNLIMITED } from './limit-plan.ts'
import type { LimitState } from './store/limit-check.ts'

/**
 * Says what is left, by the fields of draft-ietf-httpapi-ratelimit-headers that clients read today: all policies, and
 * where the one stands that is nearest to its end. A bucket's quota is what may come at once, its window how long it
 * takes to fill.
 */
export function setLimitHeaders(
  response: Response,
  states: readonly LimitState[],
  nowMs: number,
): void {
  const counted = states.filter(({ check, limit }) => check.kind !== 'slots' && limit !== UNLIMITED)
  const nearest = counted.toSorted((a, b) => a.remaining - b.remaining)[0]
  if (nearest === undefined || response.headersSent) return
  const policies = new Set(counted.map((state) => policyOf(state, nowMs)))
  response.setHeader('ratelimit-policy', [...policies].join(', '))
  response.setHeader('ratelimit-limit', nearest.limit)
  response.setHeader('ratelimit-remaining', nearest.remaining)
  response.setHeader('ratelimit-reset', Math.ceil(nearest.resetMs / 1000))
}

function policyOf({ check, limit }: LimitState, nowMs: number): string {
  if (check.kind === 'bucket') {
    return `"${check.name}";q=${limit};w=${Math.max(1, Math.round((limit / check.perMinute) * 60))}`
  }
  const seconds = check.kind === 'window' ? Math.ceil((check.endsAtMs - nowMs) / 1000) : 0
  return `"${check.name}";q=${limit};w=${seconds}`
}
