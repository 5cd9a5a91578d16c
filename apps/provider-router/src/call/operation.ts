import type { StreamPart } from '../adapters/stream-part.ts'
import type { Candidate } from '../choose/candidate.ts'

/** One kind of call, at whichever place it ends up. */
export interface Operation {
  /** The parts come one by one, so that silence between them means something. */
  readonly streams: boolean
  /** Two candidates may be asked at once, of whom only one is heard. */
  readonly mayHedge: boolean
  /** Roughly, for accounting what a provider did not count. */
  readonly inputTokens: number
  /** Roughly, input and output: what is reserved of a quota. */
  readonly expectedTokens: number
  /** What has to be done before the first call; absent: nothing. @throws {ServiceError}, or the reason of `signal` */
  readonly prepare?: (first: Candidate, signal: AbortSignal) => Promise<void>
  /** The candidate begins the answer again, although the caller has a part of it. */
  readonly restarts: (candidate: Candidate) => boolean
  /** The candidate can go on from an answer that another began. */
  readonly canGoOn: (candidate: Candidate) => boolean
  /**
   * @param goOnFrom the answer so far, which the caller has; absent: from the beginning
   * Aborting `signal` ends the call with the signal's reason. @throws {ProviderError}
   */
  readonly open: (
    candidate: Candidate,
    options: { readonly signal: AbortSignal; readonly goOnFrom?: string | undefined },
  ) => AsyncIterable<readonly StreamPart[]>
}
