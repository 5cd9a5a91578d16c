import type { BrainlyxEvent } from '@brainlyx/router-contract'
import type { StreamPart } from '../adapters/stream-part.ts'
import type { Candidate } from '../choose/candidate.ts'

export type RouteEvent =
  | { readonly type: 'event'; readonly event: BrainlyxEvent }
  /** What came at once. `candidate` is who says it. */
  | {
      readonly type: 'parts'
      readonly parts: readonly StreamPart[]
      readonly candidate: Candidate
    }
