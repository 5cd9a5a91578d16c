import type { RequestKind } from './classification.ts'
import { kindOfRequest } from './kind-of-request.ts'
import type { KindFound } from './kind-of-request.ts'
import type { RequestFacts } from './request-facts.ts'
import { firedSignals } from './signals/fired-signals.ts'
import { withoutMaterial } from './text/message-facts.ts'

/** Kinds that work on a text in the message. How hard its contents would be to answer does not matter to them. */
const WORKS_ON_A_TEXT: ReadonlySet<RequestKind> = new Set([
  'rewriting',
  'extraction',
  'summarisation',
])
/** More votes than the mere look of a wish and its material gives. */
const SURE = 2

/**
 * Reads the wish without what is pasted, where that already says that a text is to be worked on; otherwise all of it,
 * since people also tell a long story and ask at its end. Which of both it is must not depend on tools that are
 * offered: they may only add to the score.
 */
export function readRequest(facts: RequestFacts): Pick<KindFound, 'kind' | 'fired'> {
  const wish = { ...facts, message: withoutMaterial(facts.message) }
  if (wish.message === facts.message) return kindOfRequest(facts, firedSignals(facts))
  const ofWish = kindOfRequest(wish, firedSignals(wish))
  if (WORKS_ON_A_TEXT.has(ofWish.ofText) && ofWish.votesOfText >= SURE) return ofWish
  const ofAll = kindOfRequest(facts, firedSignals(facts))
  return WORKS_ON_A_TEXT.has(ofAll.ofText) ? { ...ofAll, fired: ofWish.fired } : ofAll
}
