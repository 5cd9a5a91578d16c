import { LearnedLimit } from './learned/learned-limit.ts'
import type { QuotaFacts } from './quotas.ts'
import type { Cluster, RateTerms } from './rate/rate-terms.ts'
import { RateSlice } from './rate/rate-slice.ts'
import type { Draw } from './rate/rate-slice.ts'

/** The state of the cluster as one scope sees it. */
export interface ScopeCluster extends Cluster {
  /** The share of its limits that a scope may use since its last 429. */
  readonly factor: number
}

/** What a call took where it is limited. */
export interface Taken {
  readonly slice: RateSlice
  readonly draw: Draw
}

/** Requests or tokens a minute of one scope: the limit as configured, this replica's slice of it, and what headers tell. */
export class LimitedRate {
  readonly #learned = new LearnedLimit()
  readonly #random: () => number
  #configured: number | undefined
  #slice: RateSlice | undefined

  constructor(random: () => number) {
    this.#random = random
  }

  configure(limit: number | undefined): void {
    this.#configured = limit
  }

  get isLimited(): boolean {
    return this.#configured !== undefined
  }

  ask(amount: number, nowMs: number): void {
    if (this.isLimited) this.#sliceOf().ask(amount, nowMs)
  }

  /** 0: there is room. */
  waitMs(amount: number, nowMs: number, cluster: ScopeCluster): number {
    const learnedMs = this.#learned.waitMs(amount, nowMs)
    const terms = this.#terms(cluster)
    if (terms === undefined) return learnedMs
    return Math.max(learnedMs, this.#sliceOf().waitMs(amount, nowMs, terms))
  }

  refuse(amount: number, nowMs: number, cluster: ScopeCluster): void {
    const terms = this.#terms(cluster)
    if (terms !== undefined) this.#sliceOf().refuse(amount, nowMs, terms)
  }

  /** @returns undefined where nothing is limited, and so nothing counted */
  take(amount: number, nowMs: number, cluster: ScopeCluster): Taken | undefined {
    this.#learned.take(amount, nowMs)
    const terms = this.#terms(cluster)
    if (terms === undefined) return undefined
    const slice = this.#sliceOf()
    return { slice, draw: slice.take(amount, nowMs, terms) }
  }

  headroom(nowMs: number, cluster: ScopeCluster): number {
    const learned = this.#learned.headroom(nowMs)
    const terms = this.#terms(cluster)
    return terms === undefined || this.#slice === undefined
      ? learned
      : Math.min(learned, this.#slice.headroom(nowMs, terms))
  }

  learn(facts: QuotaFacts, nowMs: number, cluster: ScopeCluster & { isPaused: boolean }): void {
    this.#learned.learn(facts, {
      nowMs,
      replicas: cluster.replicas,
      isPaused: cluster.isPaused,
      configured: this.#configured,
      leftOf: (limit) => limit * (this.#slice?.headroom(nowMs, { ...cluster, limit }) ?? 1),
    })
  }

  /** The slice and its terms, where it has something to tell or to ask. @param isTick what can wait has waited */
  due(
    nowMs: number,
    cluster: ScopeCluster,
    isTick: boolean,
  ): { slice: RateSlice; terms: RateTerms } | undefined {
    const terms = this.#terms(cluster)
    const slice = this.#slice
    if (terms === undefined || slice === undefined) return undefined
    const isDue = isTick ? slice.isDueLater(nowMs, terms) : slice.isDue(nowMs, terms)
    return isDue ? { slice, terms } : undefined
  }

  close(nowMs: number): void {
    this.#slice?.close(nowMs)
  }

  #terms(cluster: ScopeCluster): RateTerms | undefined {
    const limit = this.#configured
    if (limit === undefined) return undefined
    return {
      limit: Math.max(1, Math.floor(limit * cluster.factor)),
      replicas: cluster.replicas,
      isShared: cluster.isShared,
      heardAtMs: cluster.heardAtMs,
    }
  }

  #sliceOf(): RateSlice {
    // Order numbers begin anywhere: Redis may remember those of an earlier slice of this scope.
    this.#slice ??= new RateSlice(Math.floor(this.#random() * 2 ** 40))
    return this.#slice
  }
}
