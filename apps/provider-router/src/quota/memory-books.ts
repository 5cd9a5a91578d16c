import { SLOTS_MS, coldSlots } from './calls/cold-slots.ts'
import type { SlotAnswer, SlotOrder } from './calls/slot-order.ts'
import type { LeaseAnswer, LeaseOrder } from './rate/lease-order.ts'
import { LEASE_MS, WINDOW_MS } from './rate/rate-terms.ts'
import type { Answers, Orders, RateKind, SharedBooks } from './shared/shared-books.ts'

interface Counts {
  readonly amounts: Map<number, number>
  readonly answered: Map<string, { number: number; granted: number; atMs: number }>
}

type Slots = Map<string, { held: number; wanted: number; untilMs: number }>

/** Shared books for tests without Redis: the same rules, counted to the millisecond. */
export class MemoryBooks {
  readonly #sharedNowMs: () => number
  readonly #counts = new Map<string, Counts>()
  readonly #slots = new Map<
    string,
    Map<string, { held: number; wanted: number; untilMs: number }>
  >()

  constructor(sharedNowMs: () => number) {
    this.#sharedNowMs = sharedNowMs
  }

  /** As one replica reaches them. @param reach may fail before or after, or take its time */
  of(replicaId: string, reach: (run: () => Answers) => Promise<Answers>): SharedBooks {
    return {
      isReachable: true,
      exchange: (orders) => reach(() => this.#answer(replicaId, orders)),
      record: async () => {},
    }
  }

  /** All that is counted of a minute that has not passed. */
  total(scopeId: string, kind: RateKind): number {
    const amounts = this.#counts.get(`${scopeId} ${kind}`)?.amounts.values() ?? []
    return [...amounts].reduce((sum, amount) => sum + amount, 0)
  }

  #answer(replicaId: string, { leases, slots }: Orders): Answers {
    return {
      pauses: [],
      leases: leases.map(({ scopeId, kind, order }) =>
        this.#lease(replicaId, scopeId, kind, order),
      ),
      slots: slots.map(({ scopeId, order }) => this.#slot(replicaId, scopeId, order)),
    }
  }

  #lease(replicaId: string, scopeId: string, kind: RateKind, order: LeaseOrder): LeaseAnswer {
    const now = this.#sharedNowMs()
    const key = `${scopeId} ${kind}`
    const counts: Counts = this.#counts.get(key) ?? { amounts: new Map(), answered: new Map() }
    this.#counts.set(key, counts)
    const { amounts, answered } = counts
    const endsAt = (atMs: number): number => atMs + WINDOW_MS + LEASE_MS + 1
    for (const atMs of amounts.keys()) if (endsAt(atMs) <= now) amounts.delete(atMs)
    const count = (atMs: number, amount: number): void => {
      if (endsAt(atMs) > now) amounts.set(atMs, (amounts.get(atMs) ?? 0) + amount)
    }
    const total = (): number => this.total(scopeId, kind)
    const ageMs = (atMs: number): number => Math.round(order.sentAtMs - atMs)

    const known = answered.get(replicaId)
    let done = known
    if (done?.number !== order.number) {
      if (known !== undefined) {
        for (const { bucket, amount } of order.returns) count(bucket, -amount)
      }
      for (const { atMs, amount } of order.bookings) count(now - ageMs(atMs), amount)
      const free = Math.max(0, Math.min(order.want, order.leasable - total()))
      const granted = free < order.need ? 0 : free
      count(now, granted)
      done = { number: order.number, granted, atMs: now }
      answered.set(replicaId, done)
    }
    const { granted, atMs: countedAt } = done
    const missing = Math.max(1, order.need - granted)
    let room = order.leasable - total()
    let waitMs = room < missing ? WINDOW_MS : 0
    for (const [atMs, amount] of [...amounts].toSorted(([a], [b]) => a - b)) {
      if (room >= missing) break
      room += amount
      waitMs = endsAt(atMs) - now
    }
    return {
      granted,
      bucket: countedAt,
      bookingBuckets: order.bookings.map(({ atMs }) => countedAt - ageMs(atMs)),
      total: total(),
      waitMs,
      isRemembered: known !== undefined,
    }
  }

  #slot(replicaId: string, scopeId: string, order: SlotOrder): SlotAnswer {
    const now = this.#sharedNowMs()
    const { limit, replicas, using, wanted } = order
    const entries: Slots = this.#slots.get(scopeId) ?? new Map()
    this.#slots.set(scopeId, entries)
    entries.delete(replicaId)
    const cold = coldSlots(limit, replicas)
    let others = 0
    let othersWant = 0
    let kept = cold * (replicas - 1)
    for (const entry of entries.values()) {
      if (entry.untilMs <= now) continue
      others += entry.held
      othersWant += entry.wanted
      kept -= Math.min(cold, entry.held)
    }
    kept = Math.min(Math.max(0, kept), Math.floor(limit / 4))
    const all = wanted + othersWant
    const share = all > limit ? Math.max(1, Math.floor((limit * wanted) / all)) : wanted
    const allowed = Math.max(0, Math.min(wanted, share, limit - others - kept))
    const held = Math.max(using, allowed)
    if (wanted > 0) entries.set(replicaId, { held, wanted, untilMs: now + SLOTS_MS })
    return { allowed, others }
  }
}
