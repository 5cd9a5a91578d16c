import type { RequestKind } from './classification.ts'
import { kindOfRequest } from './kind-of-request.ts'
import type { RequestFacts } from './request-facts.ts'
import { firedSignals } from './signals/fired-signals.ts'
import type { SignalName } from './signals/signal-table.ts'
import { withoutMaterial } from './text/message-facts.ts'

/** Kinds that work on a text in the message. How hard its contents would be to answer does not matter to them. */
const WORKS_ON_A_TEXT: ReadonlySet<RequestKind> = new Set([
  'rewriting',
  'extraction',
  'summarisation',
])
/** More votes than the mere look of a wish and its material gives. */
const SURE = 2

interface Reading {
  readonly kind: RequestKind
  readonly fired: readonly SignalName[]
}

/**
 * Reads the wish without what is pasted, where that already says that a text is to be worked on; otherwise all of it,
 * since people also tell a long story and ask at its end. Which of both it is must not depend on tools that are
 * offered: they may only add to the score.
 */
export function readRequest(facts: RequestFacts): Reading {
  const wish = { ...facts, message: withoutMaterial(facts.message) }
  if (wish.message !== facts.message) {
    const fired = firedSignals(wish)
    const { kind, ofText, votesOfText } = kindOfRequest(wish, fired)
    if (WORKS_ON_A_TEXT.has(ofText) && votesOfText >= SURE) return { kind, fired }
  }
  const fired = firedSignals(facts)
  const { kind, ofText } = kindOfRequest(facts, fired)
  return { kind, fired: WORKS_ON_A_TEXT.has(ofText) ? firedSignals(wish) : fired }
}
