import type { RequestKind } from '../classification.ts'

export interface Signal {
  /** Added to the score. */
  readonly weight: number
  /** What it says, to a person: ends "The request …". */
  readonly reason: string
  /** How much it speaks for kinds. */
  readonly votes: readonly (readonly [RequestKind, number])[]
}
