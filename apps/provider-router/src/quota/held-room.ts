import type { Reservation } from './quotas.ts'
import { settleTaking } from './scope-state.ts'
import type { ScopeState, Taking } from './scope-state.ts'

/** What one call took of all its scopes. */
export class HeldRoom implements Reservation {
  readonly #nowMs: () => number
  readonly #onSettled: (state: ScopeState, nowMs: number) => void
  #takings: readonly Taking[]

  constructor(
    takings: readonly Taking[],
    nowMs: () => number,
    onSettled: (state: ScopeState, nowMs: number) => void,
  ) {
    this.#takings = takings
    this.#nowMs = nowMs
    this.#onSettled = onSettled
  }

  settle(tokens: number | undefined): void {
    const takings = this.#takings
    if (takings.length === 0) return
    this.#takings = []
    const nowMs = this.#nowMs()
    for (const taking of takings) {
      settleTaking(taking, tokens, nowMs)
      this.#onSettled(taking.state, nowMs)
    }
  }
}
