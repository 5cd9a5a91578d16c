import { randomBytes } from 'node:crypto'
import type { Decision } from './decision.ts'

/** The decisions of the last while, newest `capacity` of them. */
export class DecisionLog {
  readonly #replicaId: string
  readonly #ring: (Decision | undefined)[]
  readonly #seed = randomBytes(4).toString('hex')
  #count = 0

  constructor(replicaId: string, capacity = 10_000) {
    this.#replicaId = replicaId
    this.#ring = Array.from({ length: capacity }, () => undefined)
  }

  /** Names the replica that knows it, and its place there. */
  nextId(): string {
    return `${this.#replicaId}.${this.#seed}.${this.#count}`
  }

  keep(decision: Decision): void {
    this.#ring[this.#count % this.#ring.length] = decision
    this.#count++
  }

  /** undefined: another replica's, too old, or none. */
  find(id: string): Decision | undefined {
    const place = Number(id.split('.').at(-1))
    const decision = Number.isInteger(place) ? this.#ring[place % this.#ring.length] : undefined
    return decision?.id === id ? decision : undefined
  }
}
