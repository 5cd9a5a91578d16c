import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import type { Tier } from '../../config/router-file.ts'
import type { Classification, Reason, RequestKind } from './classification.ts'
import { kindOfRequest } from './kind-of-request.ts'
import { requestFactsOf } from './request-facts.ts'
import { firedSignals } from './signals/fired-signals.ts'
import { KIND_WEIGHTS, SIGNALS, THRESHOLDS } from './signals/signal-table.ts'
import { aroundMaterial } from './text/message-facts.ts'

/** Kinds that work on a text in the message. How hard its contents would be to answer does not matter to them. */
const WORKS_ON_A_TEXT: ReadonlySet<RequestKind> = new Set([
  'rewriting',
  'extraction',
  'summarisation',
])

/**
 * What a request needs, told from its looks alone: no model is asked, and the same request always gets the same answer.
 * The signals that fire speak for kinds; the kind with the most votes and each of the signals add to a score, whose
 * place between two thresholds is the tier.
 */
export function classifyRequest(request: ChatCompletionRequest): Classification {
  const facts = requestFactsOf(request)
  const found = firedSignals(facts)
  const { kind, ofText } = kindOfRequest(facts, found)
  const fired = WORKS_ON_A_TEXT.has(ofText)
    ? firedSignals({ ...facts, message: aroundMaterial(facts.message) })
    : found
  const reasons: readonly Reason[] = [
    { signal: kind, weight: KIND_WEIGHTS[kind] },
    ...fired.map((signal) => ({ signal, weight: SIGNALS[signal].weight })),
  ]
  const score = reasons.reduce((sum, { weight }) => sum + weight, 0)
  return { tier: tierOf(score), kind, score, reasons, language: facts.language }
}

function tierOf(score: number): Tier {
  return THRESHOLDS.find(([, least]) => score >= least)?.[0] ?? 'small'
}
