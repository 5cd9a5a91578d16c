import { HeldRoom } from './held-room.ts'
import type { ScopeCluster } from './limited-rate.ts'
import { Pauses } from './pause/pauses.ts'
import type { SharedPause } from './pause/pauses.ts'
import type { QuotaRefusal, Quotas } from './quotas.ts'
import type { ScopeState } from './scope-state.ts'
import { ScopeStates } from './scope-states.ts'
import { SharedExchange } from './shared/shared-exchange.ts'
import type { ExchangeOptions } from './shared/shared-exchange.ts'

/** What a caller is told who was refused by chance. */
const BY_CHANCE_RETRY_MS = 250

/** The quotas of one replica, without timers: whoever made it calls what has to be called from time to time. */
export interface QuotaEngine extends Quotas {
  /** A few times a second. */
  tick(): void
  /** One round trip. @param always also where nothing waits for it */
  exchange(always?: boolean): Promise<void>
  hear(pause: SharedPause): void
}

export function createQuotaEngine(
  options: Omit<ExchangeOptions, 'states' | 'pauses'> & {
    /** For all other replicas. */
    readonly onPause: (pause: SharedPause) => void
  },
): QuotaEngine {
  const { nowMs, random, onPause } = options
  const pauses = new Pauses()
  const states = new ScopeStates(random)
  const shared = new SharedExchange({ ...options, states, pauses })

  /** What stands in the way in one scope, if anything does. */
  const obstacle = (state: ScopeState, tokens: number, now: number): QuotaRefusal | undefined => {
    const pausedMs = pauses.waitMs(state.id, now)
    if (pausedMs > 0) return refusalOf(state, { kind: 'paused', waitMs: pausedMs })
    const found = state.obstacle(tokens, now, shared.clusterOf(state.id, now))
    if (found === undefined) return undefined
    shared.want(state, now)
    return refusalOf(state, found)
  }
  /** Where no limit is known that could be lowered after a 429, so many calls less are made. */
  const isLeftOut = (state: ScopeState, { factor }: ScopeCluster): boolean =>
    factor < 1 && !state.hasRate && random() >= factor

  return {
    reserve(scopes, estimate) {
      const now = nowMs()
      const tokens = wholeTokens(estimate)
      const asked = scopes.map((scope) => states.use(scope, now))
      let refusal: QuotaRefusal | undefined
      for (const state of asked) {
        state.ask(tokens, now)
        refusal = longer(refusal, obstacle(state, tokens, now))
      }
      if (refusal !== undefined) return refusal
      const clusters = asked.map((state) => shared.clusterOf(state.id, now))
      for (const [index, state] of asked.entries()) {
        if (!isLeftOut(state, clusters[index]!)) continue
        return refusalOf(state, { kind: 'paused', waitMs: BY_CHANCE_RETRY_MS })
      }
      const takings = asked.map((state, index) => state.take(tokens, now, clusters[index]!))
      for (const state of asked) shared.want(state, now)
      return new HeldRoom(takings, nowMs, (state, at) => shared.want(state, at))
    },
    refusal(scopes, estimate) {
      const now = nowMs()
      const tokens = wholeTokens(estimate)
      let refusal: QuotaRefusal | undefined
      for (const scope of scopes) {
        refusal = longer(refusal, obstacle(states.use(scope, now), tokens, now))
      }
      return refusal
    },
    headroom(scopes) {
      const now = nowMs()
      let tightest = 1
      for (const scope of scopes) {
        if (pauses.waitMs(scope.id, now) > 0) return 0
        const cluster = shared.clusterOf(scope.id, now)
        const left = states.find(scope)?.headroom(now, cluster) ?? 1
        tightest = Math.min(tightest, left, cluster.factor)
      }
      return tightest
    },
    learn(scope, facts) {
      const now = nowMs()
      const cluster = shared.clusterOf(scope.id, now)
      const isPaused = pauses.waitMs(scope.id, now) > 0
      states.use(scope, now).learn(facts, now, { ...cluster, isPaused })
    },
    pause(scope, retryAfterMs) {
      onPause(pauses.begin(scope.id, retryAfterMs, nowMs()))
    },
    hear: (pause) => pauses.hear(pause, nowMs()),
    tick() {
      const now = nowMs()
      states.sweep(now)
      shared.tick(now)
    },
    exchange: (always) => shared.exchange(always),
    close() {
      const now = nowMs()
      for (const state of states) {
        state.close(now)
        shared.want(state, now, true)
      }
    },
  }
}

function refusalOf(
  { id }: ScopeState,
  { kind, waitMs }: { kind: QuotaRefusal['kind']; waitMs: number },
): QuotaRefusal {
  return { scopeId: id, kind, retryAfterMs: Math.ceil(waitMs) }
}

function longer(
  a: QuotaRefusal | undefined,
  b: QuotaRefusal | undefined,
): QuotaRefusal | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a.retryAfterMs >= b.retryAfterMs ? a : b
}

/** Every call takes at least one. */
function wholeTokens(estimate: number): number {
  return Number.isFinite(estimate) ? Math.max(1, Math.ceil(estimate)) : 1
}
