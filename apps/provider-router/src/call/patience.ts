/** A caller would rather have the error than wait longer than this, unless it says otherwise. */
export const PATIENCE_MS = 2_000
/** Somebody has the beginning of an answer, which an error would spoil. */
const PATIENCE_IN_ANSWER_MS = 30_000

/** How much longer one request may wait for leave to be made, over all its waits. */
export class Patience {
  #leftMs: number

  constructor(ms: number) {
    this.#leftMs = ms
  }

  get leftMs(): number {
    return this.#leftMs
  }

  allows(waitMs: number): boolean {
    return waitMs <= this.#leftMs
  }

  spend(ms: number): void {
    this.#leftMs -= ms
  }

  /** The caller has the beginning of the answer now. */
  forAnswerInProgress(): void {
    this.#leftMs = Math.max(this.#leftMs, PATIENCE_IN_ANSWER_MS)
  }
}
