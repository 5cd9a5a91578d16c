import { CallSlots } from './calls/call-slots.ts'
import { LimitedRate } from './limited-rate.ts'
import type { ScopeCluster, Taken } from './limited-rate.ts'
import type { QuotaFacts, QuotaKind, QuotaScope } from './quotas.ts'

/** What one call took of one scope. */
export interface Taking {
  readonly state: ScopeState
  readonly requests: Taken | undefined
  readonly tokens: Taken | undefined
  readonly isRunning: boolean
}

/** All that this replica knows of one scope. */
export class ScopeState {
  readonly id: string
  readonly requests: LimitedRate
  readonly tokens: LimitedRate
  readonly calls = new CallSlots()
  usedAtMs = 0
  #concurrency: number | undefined

  constructor(id: string, random: () => number) {
    this.id = id
    this.requests = new LimitedRate(random)
    this.tokens = new LimitedRate(random)
  }

  /** Limits may have been changed since the last call. */
  configure({ limits }: QuotaScope): void {
    this.requests.configure(limits?.requestsPerMinute)
    this.tokens.configure(limits?.tokensPerMinute)
    this.#concurrency = limits?.concurrency
  }

  get concurrency(): number | undefined {
    return this.#concurrency
  }

  /** Whether a minute's use of it is limited at all. */
  get hasRate(): boolean {
    return this.requests.isLimited || this.tokens.isLimited
  }

  ask(tokens: number, nowMs: number): void {
    this.requests.ask(1, nowMs)
    this.tokens.ask(tokens, nowMs)
  }

  /** What stands longest in the way of a call; undefined: nothing. */
  obstacle(
    tokens: number,
    nowMs: number,
    cluster: ScopeCluster,
  ): { kind: QuotaKind; waitMs: number } | undefined {
    const requestsMs = this.requests.waitMs(1, nowMs, cluster)
    const tokensMs = this.tokens.waitMs(tokens, nowMs, cluster)
    const limit = this.#concurrency
    const callsMs = limit === undefined ? 0 : this.calls.waitMs(limit, nowMs, cluster)
    const waitMs = Math.max(requestsMs, tokensMs, callsMs)
    if (waitMs === 0) return undefined
    if (requestsMs > 0) this.requests.refuse(1, nowMs, cluster)
    if (tokensMs > 0) this.tokens.refuse(tokens, nowMs, cluster)
    if (callsMs > 0) this.calls.refuse()
    if (waitMs === requestsMs) return { kind: 'requests', waitMs }
    return { kind: waitMs === tokensMs ? 'tokens' : 'concurrency', waitMs }
  }

  /** To be called where there is no obstacle. */
  take(tokens: number, nowMs: number, cluster: ScopeCluster): Taking {
    const isRunning = this.#concurrency !== undefined
    if (isRunning) this.calls.enter(nowMs)
    return {
      state: this,
      requests: this.requests.take(1, nowMs, cluster),
      tokens: this.tokens.take(tokens, nowMs, cluster),
      isRunning,
    }
  }

  headroom(nowMs: number, cluster: ScopeCluster): number {
    const calls =
      this.#concurrency === undefined ? 1 : this.calls.headroom(this.#concurrency, nowMs, cluster)
    const rate = Math.min(
      this.requests.headroom(nowMs, cluster),
      this.tokens.headroom(nowMs, cluster),
    )
    return Math.min(calls, rate)
  }

  learn(
    facts: { requests?: QuotaFacts; tokens?: QuotaFacts },
    nowMs: number,
    cluster: ScopeCluster & { isPaused: boolean },
  ): void {
    if (facts.requests !== undefined) this.requests.learn(facts.requests, nowMs, cluster)
    if (facts.tokens !== undefined) this.tokens.learn(facts.tokens, nowMs, cluster)
  }

  /** Whether there is something to tell or to ask. @param isTick what can wait has waited */
  isDue(nowMs: number, cluster: ScopeCluster, isTick: boolean): boolean {
    if (this.requests.due(nowMs, cluster, isTick) !== undefined) return true
    if (this.tokens.due(nowMs, cluster, isTick) !== undefined) return true
    if (this.#concurrency === undefined) return false
    return isTick ? this.calls.isDueLater(nowMs) : this.calls.isDue(nowMs)
  }

  /** Nobody calls any more: what is held and not used goes back. */
  close(nowMs: number): void {
    this.requests.close(nowMs)
    this.tokens.close(nowMs)
    this.calls.close()
  }
}

/**
 * Gives back what a call did not use, and takes what it used above its estimate.
 * @param used undefined: nothing reached the provider; what is no number leaves the estimate as it was
 */
export function settleTaking(taking: Taking, used: number | undefined, nowMs: number): void {
  const { state, requests, tokens, isRunning } = taking
  if (isRunning) state.calls.leave(nowMs)
  if (used === undefined) requests?.slice.giveBack(requests.draw, 1, nowMs)
  if (tokens === undefined || !Number.isFinite(used ?? 0)) return
  const rest = tokens.draw.amount - Math.max(0, Math.ceil(used ?? 0))
  if (rest > 0) tokens.slice.giveBack(tokens.draw, rest, nowMs)
  if (rest < 0) tokens.slice.takeMore(-rest, nowMs)
}
