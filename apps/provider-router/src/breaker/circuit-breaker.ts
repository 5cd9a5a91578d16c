import type { BreakerPermit, BreakerState, BreakerView } from './breakers.ts'
import { CallHealth, LEAST_WEIGHT } from './call-health.ts'
import type { BreakerSettings } from './call-health.ts'
import type { Outcomes } from './outcome-window.ts'
import { ProbeRight } from './probe-right.ts'
import type { Probe } from './probe-right.ts'

/** From the least weight to the whole. */
const RAMP_MS = 30_000
const PROBES_TO_CLOSE = 2
/** So long after it closed an opening is the first one again. */
export const HEALTHY_AFTER_MS = 120_000

/** Where a breaker stands, as replicas tell each other. What the rates make of `closed` each works out for itself. */
export interface Standing {
  readonly state: 'closed' | 'open' | 'half-open'
  /** In a row. */
  readonly timesOpened: number
  /** In a row. */
  readonly goodProbes: number
  /** `open`: when a probe is due; `closed`: when it closed, which is negative. From now on, since clocks differ. */
  readonly inMs: number
}

/**
 * One deployment's circuit breaker (after Envoy's outlier detection and Semian). Pure: it learns the time from a
 * clock, does no I/O, and never moves by itself. Who may probe is decided outside, by `grantProbe`.
 */
export class CircuitBreaker {
  readonly #settings: () => BreakerSettings
  readonly #nowMs: () => number
  readonly #random: () => number
  readonly #onMove: () => void
  readonly #health: CallHealth
  readonly #right = new ProbeRight()
  #state: Standing['state'] = 'closed'
  /** `closed`: since when; `open`: until when. */
  #atMs = -Infinity
  #timesOpened = 0
  #goodProbes = 0
  /** Calls that began in an earlier one are old news. */
  #era = 0

  /** @param options.onMove it has by itself come to stand elsewhere, which other replicas should hear */
  constructor(options: {
    settings: () => BreakerSettings
    nowMs: () => number
    random: () => number
    onMove: () => void
  }) {
    this.#settings = options.settings
    this.#nowMs = options.nowMs
    this.#random = options.random
    this.#onMove = options.onMove
    this.#health = new CallHealth(options.settings)
  }

  view(): BreakerView {
    const nowMs = this.#advance()
    const { calls, failureRate, consecutiveFailures } = this.#health
    return {
      state: this.#viewedState(nowMs),
      weight: this.#weight(nowMs),
      failureRate,
      calls,
      consecutiveFailures,
      openUntilMs: this.#state === 'open' ? this.#atMs : undefined,
    }
  }

  /** @param force in any state; the call is a probe where one is due here, and else one like any other */
  admit(force: boolean): BreakerPermit | undefined {
    const nowMs = this.#advance()
    if (this.#state === 'half-open' && this.#right.isFree(nowMs)) {
      return this.#permit(this.#right.begin(nowMs))
    }
    const isShut = this.#state === 'open' || this.#state === 'half-open'
    return force || !isShut ? this.#permit() : undefined
  }

  /** Calls that ended at other replicas. */
  addElsewhere(outcomes: readonly Outcomes[]): void {
    this.#advance()
    for (const each of outcomes) this.#health.addElsewhere(each)
    this.#judge()
  }

  /** Calls that ended here, and which the rates of other replicas lack. */
  takeUntold(): Outcomes[] {
    this.#advance()
    return this.#health.takeUntold()
  }

  get isClosed(): boolean {
    return this.#state === 'closed'
  }

  /** Whether it is time for a probe, and this replica may not make it yet. */
  get wantsProbe(): boolean {
    const nowMs = this.#nowMs()
    const isDue = this.#state === 'half-open' || (this.#state === 'open' && nowMs >= this.#atMs)
    return isDue && !this.#right.isHeld && !this.#right.isRunning(nowMs)
  }

  get mayProbe(): boolean {
    return this.#right.isHeld
  }

  /** For how long it could have probed here, and nobody called. */
  get probeIdleMs(): number {
    return this.#right.idleMs(this.#nowMs())
  }

  /** This replica, and no other, may probe. Changes nothing where it is not time for that. */
  grantProbe(): void {
    if (!this.wantsProbe) return
    const moves = this.#state === 'open'
    if (moves) this.#enter('half-open', this.#atMs)
    this.#right.grant(this.#nowMs())
    if (moves) this.#onMove()
  }

  /** Another replica may. */
  withdrawProbe(): void {
    this.#right.withdraw()
  }

  get standing(): Standing {
    return {
      state: this.#state,
      timesOpened: this.#timesOpened,
      goodProbes: this.#goodProbes,
      inMs:
        this.#state === 'half-open' ? 0 : Math.max(this.#atMs - this.#nowMs(), -HEALTHY_AFTER_MS),
    }
  }

  /** What another replica told, and which is newer than what this one knew. */
  adopt({ state, timesOpened, goodProbes, inMs }: Standing): void {
    if (state !== this.#state) this.#enter(state, 0)
    // Nothing closed in the future, whatever a clock that was set back makes of it.
    this.#atMs = this.#nowMs() + (state === 'closed' ? Math.min(inMs, 0) : inMs)
    this.#timesOpened = timesOpened
    this.#goodProbes = goodProbes
  }

  #advance(): number {
    const nowMs = this.#nowMs()
    this.#health.advance(nowMs)
    return nowMs
  }

  #viewedState(nowMs: number): BreakerState {
    if (this.#state !== 'closed') return this.#state
    if (nowMs - this.#atMs < RAMP_MS) return 'ramping'
    return this.#health.isReduced ? 'reduced' : 'closed'
  }

  #weight(nowMs: number): number {
    if (this.#state === 'open') return 0
    if (this.#state === 'half-open') return this.#right.isFree(nowMs) ? LEAST_WEIGHT : 0
    const way = (nowMs - this.#atMs) / RAMP_MS
    const ramp = way < 1 ? LEAST_WEIGHT + (1 - LEAST_WEIGHT) * way : 1
    return Math.min(ramp, this.#health.weight)
  }

  #permit(probe?: Probe): BreakerPermit {
    const era = this.#era
    let isSettled = false
    return {
      probe: probe !== undefined,
      settle: (outcome) => {
        if (isSettled) return
        isSettled = true
        if (probe !== undefined) this.#endProbe(probe, outcome)
        else if (outcome !== 'neutral' && era === this.#era) this.#endCall(outcome === 'success')
      },
    }
  }

  #endCall(succeeded: boolean): void {
    this.#advance()
    this.#health.add(succeeded)
    this.#judge()
  }

  #endProbe(probe: Probe, outcome: 'success' | 'failure' | 'neutral'): void {
    const nowMs = this.#nowMs()
    if (!this.#right.end(probe, nowMs) || outcome === 'neutral') return
    if (outcome === 'failure') return this.#open()
    this.#goodProbes++
    if (this.#goodProbes >= PROBES_TO_CLOSE) this.#enter('closed', nowMs)
    this.#onMove()
  }

  #judge(): void {
    if (this.#state === 'closed' && this.#health.isBad) this.#open()
  }

  #open(): void {
    const nowMs = this.#nowMs()
    const { openMs, longestOpenMs } = this.#settings()
    const wasHealthy = this.#state === 'closed' && nowMs - this.#atMs >= HEALTHY_AFTER_MS
    this.#timesOpened = wasHealthy ? 1 : this.#timesOpened + 1
    this.#goodProbes = 0
    const longMs = Math.min(openMs * this.#timesOpened, longestOpenMs)
    // Within 10 %, so that what went down together does not all come back at once.
    this.#enter('open', nowMs + longMs * (0.9 + 0.2 * this.#random()))
    this.#onMove()
  }

  #enter(state: Standing['state'], atMs: number): void {
    this.#state = state
    this.#atMs = atMs
    this.#era++
    this.#health.clear()
    this.#right.drop()
  }
}
