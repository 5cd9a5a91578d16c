import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import type { Tier } from '../../config/router-file.ts'
import type { Classification, Reason } from './classification.ts'
import { readRequest } from './read-request.ts'
import { requestFactsOf } from './request-facts.ts'
import { KIND_WEIGHTS, SIGNALS, THRESHOLDS } from './signals/signal-table.ts'

/**
 * What a request needs, told from its looks alone: no model is asked, and the same request always gets the same answer.
 * The signals that fire speak for kinds; the kind with the most votes and each of the signals add to a score, whose
 * place between two thresholds is the tier.
 */
export function classifyRequest(request: ChatCompletionRequest): Classification {
  const facts = requestFactsOf(request)
  const { kind, fired } = readRequest(facts)
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
