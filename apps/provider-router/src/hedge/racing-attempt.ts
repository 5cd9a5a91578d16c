import type { AttemptOutcome } from '../call/make-attempt.ts'
import type { RouteEvent } from '../call/route-event.ts'
import type { Candidate } from '../choose/candidate.ts'
import { Overtaken } from './overtaken.ts'

export type AttemptStep = IteratorResult<RouteEvent, AttemptOutcome>

export interface RaceNews {
  readonly racer: RacingAttempt
  readonly step: AttemptStep
}

/** One of several attempts at the same time: it can be given up by itself. */
export class RacingAttempt {
  readonly candidate: Candidate
  readonly startedAt: number
  readonly #attempt: AsyncGenerator<RouteEvent, AttemptOutcome>
  readonly #giveUp = new AbortController()
  #news: Promise<RaceNews>

  /** @param make is told the signal that ends this attempt: the caller's, or its defeat's */
  constructor(
    candidate: Candidate,
    options: {
      readonly signal: AbortSignal
      readonly startedAt: number
      readonly make: (signal: AbortSignal) => AsyncGenerator<RouteEvent, AttemptOutcome>
    },
  ) {
    this.candidate = candidate
    this.startedAt = options.startedAt
    this.#attempt = options.make(AbortSignal.any([options.signal, this.#giveUp.signal]))
    this.#news = this.#ask()
  }

  /** What it says next; the same until `advance`. */
  get news(): Promise<RaceNews> {
    return this.#news
  }

  advance(): void {
    this.#news = this.#ask()
  }

  next(): Promise<AttemptStep> {
    return this.#attempt.next()
  }

  /** Another has answered. @returns the end of its account */
  async giveWay(): Promise<RouteEvent[]> {
    this.#giveUp.abort(new Overtaken())
    const told: RouteEvent[] = []
    for (let { step } = await this.#news; step.done !== true; step = await this.next()) {
      if (step.value.type === 'event') told.push(step.value)
    }
    return told
  }

  /** Ends it however far it is; its account is settled then. */
  async leave(): Promise<void> {
    this.#giveUp.abort(new Error('the call has ended'))
    await this.#attempt.return(undefined as never).catch(() => {})
  }

  #ask(): Promise<RaceNews> {
    const news = this.#attempt.next().then((step) => ({ racer: this, step }))
    // Whoever waits for it hears of it; where nobody does, it is no news.
    news.catch(() => {})
    return news
  }
}
