import type { QuotaScope } from './quotas.ts'
import { ScopeState } from './scope-state.ts'

const FORGOTTEN_AFTER_MS = 300_000
const SIZE_LIMIT = 5_000

/** Scopes in use. Callers may name models at will; what they name must not fill the memory. */
export class ScopeStates {
  readonly #states = new Map<string, ScopeState>()
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  get size(): number {
    return this.#states.size
  }

  find(scope: QuotaScope): ScopeState | undefined {
    const state = this.#states.get(scope.id)
    state?.configure(scope)
    return state
  }

  use(scope: QuotaScope, nowMs: number): ScopeState {
    let state = this.#states.get(scope.id)
    if (state === undefined) {
      if (this.#states.size >= SIZE_LIMIT) this.#makeRoom()
      state = new ScopeState(scope.id, this.#random)
      this.#states.set(scope.id, state)
    }
    state.configure(scope)
    state.usedAtMs = nowMs
    return state
  }

  /** Drops those that nobody used for five minutes. */
  sweep(nowMs: number): void {
    for (const state of this.#states.values()) {
      if (state.calls.running === 0 && nowMs - state.usedAtMs > FORGOTTEN_AFTER_MS) {
        this.#states.delete(state.id)
      }
    }
  }

  [Symbol.iterator](): Iterator<ScopeState> {
    return this.#states.values()
  }

  /** Drops a tenth, those first that have no calls and were not used for longest. */
  #makeRoom(): void {
    const byUse = [...this.#states.values()].toSorted(
      (a, b) =>
        Math.min(1, a.calls.running) - Math.min(1, b.calls.running) || a.usedAtMs - b.usedAtMs,
    )
    for (const { id } of byUse.slice(0, SIZE_LIMIT / 10)) this.#states.delete(id)
  }
}
