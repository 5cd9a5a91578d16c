import { Bookings } from './bookings.ts'
import { Demand } from './demand.ts'
import type { LeaseAnswer, LeaseOrder, Origin } from './lease-order.ts'
import { leaseTarget } from './lease-target.ts'
import { Leases } from './leases.ts'
import { fairShare, localRoom } from './local-share.ts'
import { OrderInHand } from './order-in-hand.ts'
import { leasable, mayOverdraw } from './overdraft.ts'
import { OwnWindow } from './own-window.ts'
import { LEASE_MS, WINDOW_MS } from './rate-terms.ts'
import type { RateTerms } from './rate-terms.ts'
import { Returns } from './returns.ts'
import { SOON_MS, SharedView } from './shared-view.ts'

/** What was used without a lease, and what is given back, may wait so long for company. */
const NEWS_WAIT_MS = 20

/** What one call took of a limit. */
export interface Draw {
  readonly amount: number
  readonly atMs: number
  /** The oldest of where it came from: what is given back there can only be forgotten too late. */
  readonly origin: Origin
}

/**
 * This replica's slice of one limit (requests or tokens) of one scope: what it may use without asking, what it still
 * has to book and to give back, and what Redis last told.
 */
export class RateSlice {
  readonly #own = new OwnWindow()
  #demand = new Demand()
  readonly #leases = new Leases()
  readonly #bookings = new Bookings()
  readonly #returns = new Returns()
  readonly #view = new SharedView()
  readonly #inHand: OrderInHand
  /** The largest amount that was refused and not granted since. */
  #refused = 0
  #usedSinceTold = 0

  /** @param orderNumber any that no earlier order of this replica about the same has come to, as by chance */
  constructor(orderNumber: number) {
    this.#inHand = new OrderInHand(orderNumber)
  }

  /** A call wants so much, whether or not it gets it. */
  ask(amount: number, nowMs: number): void {
    this.#demand.add(amount, nowMs)
  }

  /** How long until so much may be there; 0: it is. Asks for more than the limit are asks for all of it. */
  waitMs(amount: number, nowMs: number, terms: RateTerms): number {
    const wanted = atMost(amount, terms)
    const missing = wanted - this.#held(nowMs)
    if (missing <= 0) return 0
    if (this.#isAlone(nowMs, terms)) {
      const room = localRoom(this.#own, this.#usedSinceTold, this.#view, { ...terms, nowMs })
      return wanted <= room ? 0 : Math.max(SOON_MS, this.#own.waitMs(wanted - room, nowMs))
    }
    const { limit, replicas } = terms
    return mayOverdraw(missing, this.#outstanding(), this.#view, { limit, replicas, nowMs })
      ? 0
      : this.#view.retryMs(nowMs)
  }

  refuse(amount: number, nowMs: number, terms: RateTerms): void {
    this.#demand.touch(nowMs)
    this.#refused = Math.max(this.#refused, atMost(amount, terms))
  }

  /** To be called where `waitMs` is 0. */
  take(amount: number, nowMs: number, terms: RateTerms): Draw {
    const wanted = atMost(amount, terms)
    this.#own.add(wanted, nowMs)
    this.#usedSinceTold += wanted
    this.#expire(nowMs)
    const { drawn, origin } = this.#leases.draw(wanted)
    if (drawn === wanted && origin !== undefined) return { amount: wanted, atMs: nowMs, origin }
    const booking = this.#bookings.add(wanted - drawn, nowMs, nowMs)
    return { amount: wanted, atMs: nowMs, origin: origin ?? booking }
  }

  /** The call turned out to need more, which the provider has counted whether or not there was room. */
  takeMore(amount: number, nowMs: number): void {
    this.#own.add(amount, nowMs)
    this.#usedSinceTold += amount
    this.#bookings.add(amount, nowMs, nowMs)
  }

  /** It never goes back into the slice: what is counted for one time must not be used at another. */
  giveBack(draw: Draw, amount: number, nowMs: number): void {
    if (nowMs - draw.atMs > WINDOW_MS) return
    this.#own.remove(amount, draw.atMs, nowMs)
    if (!this.#bookings.cancel(draw.origin, amount)) {
      this.#returns.add(draw.origin, amount, draw.atMs)
    }
  }

  /** 0: used up, 1: all there. */
  headroom(nowMs: number, terms: RateTerms): number {
    if (this.#isAlone(nowMs, terms)) {
      const room = localRoom(this.#own, this.#usedSinceTold, this.#view, { ...terms, nowMs })
      return clamp(room / fairShare(terms))
    }
    // As if what was counted grew old evenly.
    const ageMs = nowMs - this.#view.toldAtMs
    const used = this.#view.total * Math.max(0, 1 - ageMs / WINDOW_MS) + this.#outstanding()
    return clamp(1 - used / terms.limit)
  }

  /** Whether there is something to tell or to ask now. */
  isDue(nowMs: number, terms: RateTerms): boolean {
    if (!this.#inHand.maySend(nowMs)) return false
    if (this.#inHand.isUnanswered) return true
    if (this.#hasNews(nowMs, terms) && nowMs - this.#view.toldAtMs >= NEWS_WAIT_MS) return true
    if (nowMs < this.#view.askAgainAtMs) return false
    const held = this.#held(nowMs)
    return this.#need(nowMs) > held || held < this.#target(nowMs, terms) / 2
  }

  /** As `isDue`, and whether something that can wait has waited. */
  isDueLater(nowMs: number, terms: RateTerms): boolean {
    if (!this.#inHand.maySend(nowMs)) return false
    this.#expire(nowMs)
    const isWaiting = !this.#returns.isEmpty || this.#bookings.amount > 0
    return isWaiting || this.isDue(nowMs, terms)
  }

  nextOrder(nowMs: number, terms: RateTerms): LeaseOrder {
    return this.#inHand.send(nowMs, (number) => {
      const held = this.#held(nowMs)
      const need = this.#need(nowMs)
      return {
        number,
        sentAtMs: nowMs,
        leasable: leasable(terms.limit, terms.replicas),
        want: Math.max(0, Math.max(need, this.#target(nowMs, terms)) - held),
        need: Math.max(0, need - held),
        bookings: this.#bookings.take(nowMs),
        returns: this.#returns.take(nowMs),
      }
    })
  }

  /** @param answer undefined: none came */
  answer(answer: LeaseAnswer | undefined, nowMs: number, random: number): void {
    if (answer === undefined) {
      this.#inHand.failed(nowMs)
      return
    }
    const order = this.#inHand.answered()
    if (order === undefined) return
    for (const [index, booking] of order.bookings.entries()) {
      booking.bucket = answer.bookingBuckets[index]
    }
    const isForgotten = !answer.isRemembered && nowMs - this.#view.toldAtMs < WINDOW_MS
    if (isForgotten) this.#forget()
    if (answer.granted > 0) {
      const { granted, bucket } = answer
      // A Redis that has come back empty granted it without knowing what is used.
      const untilMs = isForgotten ? nowMs : order.sentAtMs + LEASE_MS
      this.#leases.add({ bucket, left: granted, untilMs })
    }
    if (answer.granted >= order.need) this.#refused = 0
    this.#usedSinceTold = this.#bookings.amount
    const own = this.#own.total(nowMs) - this.#bookings.amount + this.#held(nowMs)
    this.#view.tell(answer, { nowMs, own, random })
    // What was just booked is counted twice, which errs on the safe side.
    if (isForgotten) this.#bookings.addBefore(this.#own.entries(nowMs))
  }

  /** Nobody calls any more: what is not used goes back. */
  close(nowMs: number): void {
    this.#demand = new Demand()
    this.#leases.expire(Infinity, (lease) => this.#returns.add(lease, lease.left, nowMs))
  }

  /** What Redis had counted and knows no longer needs no giving back. */
  #forget(): void {
    this.#leases.expire(Infinity, () => {})
    this.#returns.clear()
  }

  /** Give-backs matter to others where room is short; elsewhere they can wait for the next order. */
  #hasNews(nowMs: number, { limit }: RateTerms): boolean {
    if (this.#bookings.amount > 0) return true
    const isShort = nowMs - this.#view.toldAtMs < WINDOW_MS && this.#view.total > limit / 2
    return isShort && !this.#returns.isEmpty
  }

  /** Asked for again and again while somebody may still be waiting. */
  #need(nowMs: number): number {
    return this.#demand.isWarm(nowMs) ? this.#refused : 0
  }

  #target(nowMs: number, terms: RateTerms): number {
    return leaseTarget(this.#demand, this.#view, { ...terms, nowMs })
  }

  /** What is used and not counted yet, as far as is known. */
  #outstanding(): number {
    return this.#bookings.amount + this.#inHand.booked
  }

  #isAlone(nowMs: number, { isShared }: RateTerms): boolean {
    return !isShared || this.#inHand.isNeglected(nowMs)
  }

  #held(nowMs: number): number {
    this.#expire(nowMs)
    return this.#leases.held
  }

  #expire(nowMs: number): void {
    this.#leases.expire(nowMs, (lease) => this.#returns.add(lease, lease.left, nowMs))
  }
}

function atMost(amount: number, { limit, replicas }: RateTerms): number {
  return Math.min(amount, leasable(limit, replicas))
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share))
}
