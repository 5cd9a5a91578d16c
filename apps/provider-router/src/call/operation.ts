import type { StreamPart } from '../adapters/stream-part.ts'
import type { Candidate } from '../choose/choose-candidates.ts'

/** One kind of call, at whichever place it ends up. */
export interface Operation {
  /** The parts come one by one, so that silence between them means something. */
  readonly streams: boolean
  /** Roughly, for accounting what a provider did not count. */
  readonly inputTokens: number
  /** The candidate begins the answer again, although the caller has a part of it. */
  readonly restarts: (candidate: Candidate) => boolean
  /** Aborting `signal` ends the call with the signal's reason. @throws {ProviderError} */
  readonly open: (candidate: Candidate, signal: AbortSignal) => AsyncIterable<StreamPart>
}
