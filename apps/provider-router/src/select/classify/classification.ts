import type { Tier } from '../../config/router-file.ts'
import type { SignalName } from './signals/signal-table.ts'

export const REQUEST_KINDS = [
  /** Greetings, thanks, chatting, an acknowledgement. */
  'small-talk',
  /** A fact, a definition, how something works. */
  'simple-question',
  /** The same text again: translated, corrected, in another tone. */
  'rewriting',
  /** Data out of a text, into a format or under labels. */
  'extraction',
  'summarisation',
  /** A text that was not there: story, poem, letter, slogan, names. */
  'writing',
  'code',
  'mathematics',
  /** Weighing, explaining causes, planning, advising. */
  'reasoning',
  /** Something to be done in the world, by tools. */
  'tool-use',
] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]

/** What was found, and what it added to the score: the kind itself, or a signal. `explainReason` puts it into words. */
export interface Reason {
  readonly signal: RequestKind | SignalName
  readonly weight: number
}

export interface Classification {
  /** What the request needs. */
  readonly tier: Tier
  readonly kind: RequestKind
  /** The sum of the reasons' weights; the tier is this against two thresholds. */
  readonly score: number
  readonly reasons: readonly Reason[]
  /** ISO 639-1, where it could be told. */
  readonly language: string | null
}
