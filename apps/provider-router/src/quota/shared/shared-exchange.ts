import type { Logger } from '@brainlyx/service-kit'
import type { ScopeCluster } from '../limited-rate.ts'
import type { Pauses } from '../pause/pauses.ts'
import type { ScopeState } from '../scope-state.ts'
import type { ScopeStates } from '../scope-states.ts'
import { collectOrders, deliverAnswers } from './collect-orders.ts'
import type { Answers, SharedBooks } from './shared-books.ts'

/** So many scopes a round trip: Redis runs nothing else meanwhile. */
const BATCH = 200
const RETRY_MS = 250

export interface ExchangeOptions {
  readonly books: SharedBooks
  readonly states: ScopeStates
  readonly pauses: Pauses
  readonly replicaCount: () => number
  readonly nowMs: () => number
  readonly random: () => number
  readonly logger?: Logger | undefined
  /** Somebody has to call `exchange` soon. */
  readonly onWork: () => void
}

/** Talks to the shared books for all scopes, and knows whether they answer. */
export class SharedExchange {
  readonly #options: ExchangeOptions
  readonly #pending = new Set<ScopeState>()
  #isFailing = false
  #isFlawed = false
  #retryAtMs = -Infinity
  #heardAtMs = -Infinity

  constructor(options: ExchangeOptions) {
    this.#options = options
  }

  clusterOf(scopeId: string, nowMs: number): ScopeCluster {
    const { books, pauses, replicaCount } = this.#options
    return {
      replicas: Math.max(1, replicaCount()),
      isShared: books.isReachable && !this.#isFailing,
      heardAtMs: this.#heardAtMs,
      factor: pauses.factor(scopeId, nowMs),
    }
  }

  /** Has it exchanged soon if it has something to tell or to ask. @param isTick also what can wait */
  want(state: ScopeState, nowMs: number, isTick = false): void {
    if (!this.#options.books.isReachable || this.#isFailing || this.#pending.has(state)) return
    if (!state.isDue(nowMs, this.clusterOf(state.id, nowMs), isTick)) return
    this.#pending.add(state)
    this.#options.onWork()
  }

  /** To be called a few times a second. */
  tick(nowMs: number): void {
    if (this.#isFailing) this.#options.onWork()
    for (const state of this.#options.states) this.want(state, nowMs, true)
  }

  /**
   * One round trip for all that wait. Never rejects.
   * @param always also where none do, to hear of pauses
   */
  async exchange(always = false): Promise<void> {
    const { books, states, pauses, nowMs, random, logger, onWork } = this.#options
    const sentAtMs = nowMs()
    if (!books.isReachable || (this.#isFailing && sentAtMs < this.#retryAtMs)) return
    const mustAsk = always || this.#isFailing
    const batch = [...this.#pending].slice(0, BATCH)
    for (const state of batch) this.#pending.delete(state)
    if (this.#pending.size > 0) onWork()
    const dispatch = collectOrders(batch, sentAtMs, (id) => this.clusterOf(id, sentAtMs))
    if (dispatch.slices.length + dispatch.calls.length === 0 && !mustAsk) return
    let answers: Answers | undefined
    try {
      answers = await books.exchange(dispatch.orders)
    } catch (error) {
      this.#fail(error)
    }
    const heardAtMs = nowMs()
    deliverAnswers(dispatch, answers, { nowMs: heardAtMs, random })
    if (answers === undefined) return
    this.#heardAtMs = heardAtMs
    for (const pause of answers.pauses) pauses.hear(pause, heardAtMs)
    this.#noteErrors(answers)
    const isBack = this.#isFailing
    if (isBack) logger?.info('quotas are shared again')
    this.#isFailing = false
    for (const state of isBack ? states : batch) this.want(state, heardAtMs, isBack)
  }

  #fail(error: unknown): void {
    const { nowMs, logger } = this.#options
    if (!this.#isFailing) logger?.warn({ err: error }, 'quotas are shared no longer')
    this.#isFailing = true
    this.#retryAtMs = nowMs() + RETRY_MS
  }

  /** Said once, until there was an exchange without any. */
  #noteErrors({ leases, slots }: Answers): void {
    const error = [...leases, ...slots].find((answer) => answer instanceof Error)
    if (error !== undefined && !this.#isFlawed) {
      this.#options.logger?.error({ err: error }, 'a quota cannot be shared')
    }
    this.#isFlawed = error !== undefined
  }
}
