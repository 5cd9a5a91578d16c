/** A probe that is never settled must not keep the breaker from ever closing. */
const LONGEST_PROBE_MS = 300_000

/** Identifies one probe. */
export interface Probe {
  readonly sinceMs: number
}

/** This replica's right to probe one deployment: one call at a time. */
export class ProbeRight {
  #isHeld = false
  #idleSinceMs = 0
  #running: Probe | undefined

  get isHeld(): boolean {
    return this.#isHeld
  }

  isRunning(nowMs: number): boolean {
    if (this.#running !== undefined && nowMs - this.#running.sinceMs >= LONGEST_PROBE_MS) {
      this.#running = undefined
      this.#idleSinceMs = nowMs
    }
    return this.#running !== undefined
  }

  /** Whether a probe may begin now. */
  isFree(nowMs: number): boolean {
    return this.#isHeld && !this.isRunning(nowMs)
  }

  /** For how long it has been held without use; 0 where it is not held or in use. */
  idleMs(nowMs: number): number {
    return this.isFree(nowMs) ? nowMs - this.#idleSinceMs : 0
  }

  grant(nowMs: number): void {
    if (this.#isHeld) return
    this.#isHeld = true
    this.#idleSinceMs = nowMs
  }

  /** No further probe; the result of one that is running still counts. */
  withdraw(): void {
    this.#isHeld = false
  }

  begin(nowMs: number): Probe {
    this.#running = { sinceMs: nowMs }
    return this.#running
  }

  /** @returns whether it was the one that is running, and so counts */
  end(probe: Probe, nowMs: number): boolean {
    if (!this.isRunning(nowMs) || this.#running !== probe) return false
    this.#running = undefined
    this.#idleSinceMs = nowMs
    return true
  }

  /** Neither held nor running. */
  drop(): void {
    this.#isHeld = false
    this.#running = undefined
  }
}
