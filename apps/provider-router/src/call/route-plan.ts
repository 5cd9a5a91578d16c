import type { TokenUsage } from '@brainlyx/router-contract'
import type { Candidate } from '../choose/candidate.ts'
import type { HedgeInput } from '../config/router-file.ts'
import type { Decision } from '../decision/decision.ts'
import type { Deployment } from '../select/deployment.ts'
import type { FallbackCause } from '../select/routing-table.ts'

/** Who may answer a request, and within which bounds. */
export interface RoutePlan {
  /** In the order they are tried. */
  readonly candidates: readonly Candidate[]
  /** Who stands by after them, by what went wrong. */
  readonly fallbacks: Readonly<Partial<Record<FallbackCause, readonly Candidate[]>>>
  /** All attempts together. */
  readonly deadlineMs: number
  readonly maxAttempts: number
  /** How long the request may wait for room, all its waits together. */
  readonly patienceMs: number
  /** The caller reads events, so it can be told to forget what it has. */
  readonly callerForgets: boolean
  /** When another candidate is asked beside the first; undefined: never. */
  readonly hedge: HedgeInput | undefined
  readonly decision: Decision
  /** Told who answered in the end. */
  readonly noteAnswer: (deployment: Deployment, usage: TokenUsage | null) => void
}
