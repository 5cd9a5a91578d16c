import type { LimitName, LimitUse, Limits } from '@brainlyx/chat-contract'
import type { Principal } from '../http/principal.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import { dayOf } from './day.ts'
import { UNLIMITED, answersOf, bucketsOf, messagesOf, readersOf } from './limit-plan.ts'
import type { LimitedReader } from './limited.ts'
import type { Standings } from './standings.ts'
import type { LimitState } from './store/limit-check.ts'
import type { LimitStore } from './store/limit-store.ts'
import type { TokenCounts } from './token-counts.ts'

/** What a user may use, and what of it they have: without using any. */
export type LimitsReport = (call: {
  principal: Principal
  origin: RequestOrigin
}) => Promise<Limits>

/** No lease is ever called that. */
const NOBODY = 'nobody'

export function createLimitsReport(options: {
  standings: Standings
  store: LimitStore
  tokens: TokenCounts
  limitedOf: LimitedReader
  nowMs: () => number
}): LimitsReport {
  const { standings, store, tokens, limitedOf, nowMs } = options
  return async (call) => {
    const now = nowMs()
    const { userId } = call.principal
    const [limited, standing, tokensUsed] = await Promise.all([
      limitedOf(call),
      standings.of(call.principal),
      tokens.today(userId),
    ])
    const { states, by } = await store.take({
      checks: [
        ...bucketsOf(limited, 'requests'),
        ...messagesOf(limited, now),
        ...answersOf(limited, NOBODY),
        ...readersOf(limited, NOBODY),
      ],
      peek: true,
    })
    const { allowance, subject } = limited
    const { tier } = allowance
    return {
      tier: tier.name,
      standing: {
        percent: standing.standing,
        reason: standing.standingReason,
        since: standing.standingChangedAt.toISOString(),
      },
      limits: [...usesOf(states, now), tokenUse(allowance.tokensPerDay, tokensUsed, now)],
      sharedAddress: subject.address !== undefined,
      approximate: by === 'local',
      models: tier.models,
      uploadBytes: Number(tier.uploadBytes),
      chatIdleDays: tier.chatIdleDays,
    }
  }
}

/** Of the user's own and the address's, the one with less left is what counts. */
function usesOf(states: readonly LimitState[], nowMs: number): LimitUse[] {
  const nearest = new Map<string, LimitState>()
  for (const state of states) {
    const { name } = state.check
    const other = nearest.get(name)
    if (other === undefined || state.remaining < other.remaining) nearest.set(name, state)
  }
  return [...nearest.values()].map(({ check, limit, used, remaining, resetMs }) => ({
    name: check.name as LimitName,
    limit: limit === UNLIMITED ? null : limit,
    used,
    remaining: limit === UNLIMITED ? null : remaining,
    resetsAt: resetMs > 0 && used > 0 ? new Date(nowMs + resetMs).toISOString() : null,
    perMinute: check.kind === 'bucket' ? check.perMinute : null,
  }))
}

function tokenUse(limit: number | null, used: number, nowMs: number): LimitUse {
  return {
    name: 'tokens',
    limit,
    used,
    remaining: limit === null ? null : Math.max(0, limit - used),
    resetsAt: used > 0 ? new Date(dayOf(nowMs).endsAtMs).toISOString() : null,
    perMinute: null,
  }
}
