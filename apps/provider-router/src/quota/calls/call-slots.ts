import type { Cluster } from '../rate/rate-terms.ts'
import { SLOTS_MS, coldSlots } from './cold-slots.ts'
import type { SlotAnswer, SlotOrder } from './slot-order.ts'

const RENEW_MS = 500
/** What a caller is told while room is being asked for. */
const SOON_MS = 5
/** When a call will end is not known. */
const ASK_AGAIN_MS = 100

/**
 * Calls at once in one scope. This replica runs as many as Redis last allowed it, which lasts three seconds and is
 * renewed twice a second.
 *
 * While Redis is away, what it allowed holds for these three seconds and the fair share after them; calls that run
 * are not ended, so until they end the limit may be exceeded by the fair shares of the replicas that had fewer.
 */
export class CallSlots {
  #running = 0
  #allowed = 0
  #others = 0
  #toldAtMs = -Infinity
  #allowedUntilMs = -Infinity
  #usedAtMs = -Infinity
  #refused = 0
  /** What Redis counts as held here. */
  #held = 0
  /** Whether all that was wanted was allowed, and there is more. */
  #isRoomy = true
  /** From so many calls on it is time to ask for more. */
  #askFrom = Infinity
  #order: SlotOrder | undefined
  #retryAtMs = -Infinity

  get running(): number {
    return this.#running
  }

  /** 0: one may start. */
  waitMs(limit: number, nowMs: number, cluster: Cluster): number {
    if (this.#running < this.#most(limit, nowMs, cluster)) return 0
    const isUnknown = this.#isRoomy || nowMs >= this.#allowedUntilMs
    return cluster.isShared && isUnknown ? SOON_MS : ASK_AGAIN_MS
  }

  refuse(): void {
    this.#refused++
  }

  enter(nowMs: number): void {
    this.#running++
    this.#usedAtMs = nowMs
  }

  /** To be called once for each `enter`. */
  leave(nowMs: number): void {
    this.#running--
    this.#usedAtMs = nowMs
  }

  /** Nobody calls any more: calls that run are still said, nothing else is held. */
  close(): void {
    this.#usedAtMs = -Infinity
    this.#toldAtMs = -Infinity
    this.#refused = 0
  }

  /** 0: all taken, 1: none. */
  headroom(limit: number, nowMs: number, cluster: Cluster): number {
    if (!cluster.isShared) {
      const all = this.#most(limit, nowMs, cluster)
      return Math.max(0, all - this.#running) / Math.max(1, all)
    }
    const others = nowMs < this.#allowedUntilMs ? this.#others : 0
    return Math.max(0, limit - others - this.#running) / limit
  }

  /** Whether there is something to tell or to ask now. */
  isDue(nowMs: number): boolean {
    if (this.#order !== undefined || nowMs < this.#retryAtMs) return false
    if (this.#running > 0 && nowMs >= this.#allowedUntilMs) return true
    if (this.#running >= this.#askFrom) return true
    if (this.#refused > 0 && this.#isRoomy) return true
    const isAsking = this.#refused > 0 || this.#held > Math.max(this.#allowed, this.#running)
    return isAsking && nowMs - this.#toldAtMs >= ASK_AGAIN_MS
  }

  /** As `isDue`, and whether it is time to renew or to let go. */
  isDueLater(nowMs: number): boolean {
    if (this.#order !== undefined || nowMs < this.#retryAtMs) return false
    return this.isDue(nowMs) || (this.#held > 0 && nowMs - this.#toldAtMs >= RENEW_MS)
  }

  nextOrder(limit: number, nowMs: number, cluster: Cluster): SlotOrder {
    const { replicas } = cluster
    const inDemand = this.#running + this.#refused
    this.#refused = 0
    const isWarm = inDemand > 0 || nowMs - this.#usedAtMs < SLOTS_MS
    // What was allowed is let go before Redis hears of it.
    if (!isWarm) this.#allowedUntilMs = -Infinity
    const free = Math.max(0, limit - this.#others - this.#running)
    const spare = Math.max(1, Math.floor(replicas === 1 ? free : free / 2 / replicas))
    this.#order = {
      sentAtMs: nowMs,
      limit,
      replicas,
      using: Math.max(this.#running, this.#most(limit, nowMs, cluster)),
      wanted: isWarm ? Math.min(limit, inDemand + spare) : 0,
    }
    return this.#order
  }

  /** @param answer undefined: none came, and what was allowed goes on until it expires */
  answer(answer: SlotAnswer | undefined, nowMs: number): void {
    const order = this.#order
    this.#order = undefined
    if (order === undefined || answer === undefined) {
      this.#retryAtMs = nowMs + RENEW_MS
      return
    }
    this.#toldAtMs = nowMs
    const isHolding = order.wanted > 0
    this.#allowed = answer.allowed
    this.#others = answer.others
    this.#isRoomy = answer.allowed === order.wanted && answer.allowed < order.limit
    this.#askFrom =
      isHolding && this.#isRoomy ? Math.ceil((this.#running + answer.allowed) / 2) : Infinity
    this.#held = isHolding ? Math.max(order.using, answer.allowed) : 0
    if (isHolding) this.#allowedUntilMs = order.sentAtMs + SLOTS_MS
  }

  #most(limit: number, nowMs: number, { replicas, isShared }: Cluster): number {
    if (nowMs < this.#allowedUntilMs) return Math.min(limit, this.#allowed)
    return isShared ? coldSlots(limit, replicas) : Math.max(1, Math.floor(limit / replicas))
  }
}
