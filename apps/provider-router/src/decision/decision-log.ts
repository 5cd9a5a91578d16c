import type { DecisionReport } from '@brainlyx/router-contract'
import { randomBytes } from 'node:crypto'
import type { Decision } from './decision.ts'

/**
 * The decisions of the last while, newest `capacity` of them. Those that have ended are kept as text: one string each
 * is less work for the garbage collector than ten thousand graphs of small objects.
 */
export class DecisionLog {
  readonly #replicaId: string
  readonly #ring: ({ readonly id: string; content: Decision | string } | undefined)[]
  readonly #seed = randomBytes(4).toString('hex')
  #count = 0
  /** Not put into words yet. */
  #ended: Decision[] = []

  constructor(replicaId: string, capacity = 10_000) {
    this.#replicaId = replicaId
    this.#ring = Array.from({ length: capacity }, () => undefined)
  }

  /** Names the replica that knows it, and its place there. */
  nextId(): string {
    return `${this.#replicaId}.${this.#seed}.${this.#count}`
  }

  keep(decision: Decision): void {
    this.#ring[this.#count % this.#ring.length] = { id: decision.id, content: decision }
    this.#count++
  }

  /** Nothing more will happen to it. It becomes text in a moment, after the answer that it is about has been sent. */
  readonly close = (decision: Decision): void => {
    this.#ended.push(decision)
    if (this.#ended.length === 1) setImmediate(this.#writeDown)
  }

  readonly #writeDown = (): void => {
    for (const decision of this.#ended) {
      const entry = this.#entry(decision.id)
      if (entry !== undefined) entry.content = JSON.stringify(decision.report())
    }
    this.#ended = []
  }

  /** undefined: another replica's, too old, or none. */
  find(id: string): DecisionReport | undefined {
    const content = this.#entry(id)?.content
    return typeof content === 'string' ? (JSON.parse(content) as DecisionReport) : content?.report()
  }

  #entry(id: string): { readonly id: string; content: Decision | string } | undefined {
    const place = Number(id.slice(id.lastIndexOf('.') + 1))
    const entry = Number.isInteger(place) ? this.#ring[place % this.#ring.length] : undefined
    return entry?.id === id ? entry : undefined
  }
}
