import type { Cue } from '../cues/cue-finder.ts'
import type { RequestFacts } from '../request-facts.ts'
import type { SignalName } from './signal-table.ts'

export type SignalTest = (facts: RequestFacts) => boolean

/** The tests of one theme; each name must stand in the table. */
export type SignalTests = Partial<Record<SignalName, SignalTest>>

const OPENING = 80
const CLOSING = 150

export function mentions({ message }: RequestFacts, ...cues: readonly Cue[]): boolean {
  for (const cue of cues) if (message.cues.has(cue)) return true
  return false
}

/** Mentions it where people say what they want: at the very beginning, or after what they pasted. */
export function asks({ message }: RequestFacts, ...cues: readonly Cue[]): boolean {
  const opening = message.material === '' ? OPENING : Math.max(OPENING, message.wishLength)
  const closing = message.folded.length - CLOSING
  for (const cue of cues) {
    const hits = message.cues.get(cue)
    if (hits !== undefined && (hits.first < opening || hits.last >= closing)) return true
  }
  return false
}

/** Offset of the first of them; Infinity where none is mentioned. */
export function firstOf({ message }: RequestFacts, ...cues: readonly Cue[]): number {
  let first = Infinity
  for (const cue of cues) first = Math.min(first, message.cues.get(cue)?.first ?? Infinity)
  return first
}

const TEXT_WORK: readonly Cue[] = ['translate', 'rewrite', 'extract', 'summarise']

/** Asks for it before any work on a text is named: "extract all names: write to Ann" asks for no writing. */
export function leads(facts: RequestFacts, cue: Cue): boolean {
  return asks(facts, cue) && firstOf(facts, cue) <= firstOf(facts, ...TEXT_WORK)
}

/** The first words are these, or nearly. */
export function opens({ message }: RequestFacts, cue: Cue, within = 40): boolean {
  const hits = message.cues.get(cue)
  return hits !== undefined && hits.first < within
}

export function countOf({ message }: RequestFacts, cue: Cue): number {
  return message.cues.get(cue)?.count ?? 0
}
