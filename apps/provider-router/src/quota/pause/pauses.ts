/** How much less is allowed after a 429, and over how long all of it comes back: AIMD, as in TCP (RFC 5681). */
const DECREASE = 0.7
const LOWEST_FACTOR = 0.1
export const RECOVERY_MS = 60_000
/** The calls that were under way at a 429 tell the same once more. */
const ONE_EVENT_MS = 1_000
/** A provider that means longer says so again. */
const LONGEST_PAUSE_MS = 300_000
const UNSAID_PAUSE_MS = 1_000
const SIZE_LIMIT = 5_000

/** As it is told to other replicas: how long it still lasts (below 0: since when it is over), and what is then allowed. */
export interface SharedPause {
  readonly scopeId: string
  readonly leftMs: number
  readonly factor: number
}

interface Pause {
  readonly untilMs: number
  readonly factor: number
  readonly loweredAtMs: number
}

/** Which scopes a provider has told to wait, and how much of their limits they may use since. */
export class Pauses {
  readonly #pauses = new Map<string, Pause>()

  get size(): number {
    return this.#pauses.size
  }

  /** After a 429. @returns what to tell the others */
  begin(scopeId: string, retryAfterMs: number, nowMs: number): SharedPause {
    const asked = Number.isFinite(retryAfterMs) ? retryAfterMs : UNSAID_PAUSE_MS
    const lastsMs = Math.min(LONGEST_PAUSE_MS, Math.max(0, asked))
    const current = this.#current(scopeId, nowMs)
    const isKnown =
      current !== undefined &&
      (nowMs < current.untilMs || nowMs - current.loweredAtMs < ONE_EVENT_MS)
    const untilMs = Math.max(nowMs + lastsMs, current?.untilMs ?? nowMs)
    const pause: Pause = isKnown
      ? { ...current, untilMs, factor: factorAt(current, nowMs) }
      : {
          untilMs,
          factor: Math.max(LOWEST_FACTOR, DECREASE * factorAt(current, nowMs)),
          loweredAtMs: nowMs,
        }
    this.#set(scopeId, pause, nowMs)
    return { scopeId, leftMs: untilMs - nowMs, factor: pause.factor }
  }

  /** What another replica told; hearing it twice changes nothing. */
  hear({ scopeId, leftMs, factor }: SharedPause, nowMs: number): void {
    const current = this.#current(scopeId, nowMs)
    const untilMs = nowMs + Math.min(LONGEST_PAUSE_MS, leftMs)
    if (current !== undefined && untilMs <= current.untilMs) return
    const told: Pause = { untilMs, factor: Math.max(LOWEST_FACTOR, factor), loweredAtMs: nowMs }
    const lower = Math.min(factorAt(told, nowMs), factorAt(current, nowMs))
    if (lower < 1) this.#set(scopeId, untilMs > nowMs ? { ...told, factor: lower } : told, nowMs)
  }

  /** 0: it is not paused. */
  waitMs(scopeId: string, nowMs: number): number {
    if (this.#pauses.size === 0) return 0
    return Math.max(0, (this.#pauses.get(scopeId)?.untilMs ?? nowMs) - nowMs)
  }

  /** The share of its limits that it may use, 0.1 to 1. */
  factor(scopeId: string, nowMs: number): number {
    if (this.#pauses.size === 0) return 1
    return factorAt(this.#current(scopeId, nowMs), nowMs)
  }

  #current(scopeId: string, nowMs: number): Pause | undefined {
    const pause = this.#pauses.get(scopeId)
    if (pause === undefined || factorAt(pause, nowMs) < 1) return pause
    this.#pauses.delete(scopeId)
    return undefined
  }

  #set(scopeId: string, pause: Pause, nowMs: number): void {
    if (this.#pauses.size >= SIZE_LIMIT) {
      for (const known of this.#pauses.keys()) this.#current(known, nowMs)
      if (this.#pauses.size >= SIZE_LIMIT) this.#pauses.clear()
    }
    this.#pauses.set(scopeId, pause)
  }
}

function factorAt(pause: Pause | undefined, nowMs: number): number {
  if (pause === undefined) return 1
  return Math.min(1, pause.factor + Math.max(0, nowMs - pause.untilMs) / RECOVERY_MS)
}
