import type { AttemptEnd } from '@brainlyx/router-contract'
import type { Logger, Metrics } from '@brainlyx/service-kit'
import { Counter, Histogram } from 'prom-client'
import type { ProviderError } from '../adapters/provider-error.ts'
import type { Candidate } from '../choose/candidate.ts'

/** Told of every attempt once, when it has ended. */
export type AttemptObserver = (candidate: Candidate, end: AttemptEnd, error?: ProviderError) => void

const SECONDS = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 30, 60, 120, 300]

/** Attempts in the metrics and in the log. A model without a known price is reported, once for each. */
export function observeAttempts(options: { logger: Logger; metrics: Metrics }): AttemptObserver {
  const { logger } = options
  const registers = [options.metrics.registry]
  const attempts = new Counter({
    name: 'provider_attempts_total',
    help: 'Calls to providers, by how they ended; code is empty where they did not fail',
    labelNames: ['provider', 'outcome', 'code'],
    registers,
  })
  const firstToken = new Histogram({
    name: 'provider_time_to_first_token_seconds',
    help: 'From a call to the first piece of its answer',
    labelNames: ['provider'],
    buckets: SECONDS,
    registers,
  })
  const duration = new Histogram({
    name: 'provider_attempt_duration_seconds',
    help: 'Whole duration of calls to providers',
    labelNames: ['provider', 'outcome'],
    buckets: SECONDS,
    registers,
  })
  const tokens = new Counter({
    name: 'provider_tokens_total',
    help: 'Tokens of calls to providers',
    labelNames: ['provider', 'direction'],
    registers,
  })
  const unpriced = new Set<string>()

  return ({ deployment }, end, error) => {
    const provider = deployment.provider.id
    const { outcome, usage } = end
    attempts.inc({ provider, outcome, code: end.error?.code ?? '' })
    duration.observe({ provider, outcome }, end.durationMs / 1000)
    if (end.timeToFirstTokenMs !== null) {
      firstToken.observe({ provider }, end.timeToFirstTokenMs / 1000)
    }
    if (usage !== null) {
      tokens.inc({ provider, direction: 'input' }, usage.inputTokens)
      tokens.inc({ provider, direction: 'output' }, usage.outputTokens)
      if (deployment.prices === null && !unpriced.has(deployment.id) && unpriced.size < 1_000) {
        unpriced.add(deployment.id)
        logger.error({ deployment: deployment.id }, 'a model without a known price is in use')
      }
    }
    const facts = {
      attemptId: end.attemptId,
      deployment: deployment.id,
      outcome,
      code: end.error?.code,
      status: end.error?.status,
      timeToFirstTokenMs: end.timeToFirstTokenMs,
      durationMs: end.durationMs,
    }
    if (outcome === 'failed') logger.warn({ ...facts, cause: causeOf(error) }, 'attempt')
    else logger.debug(facts, 'attempt')
  }
}

/** The system's word for what happened, such as ECONNREFUSED; a provider's own words stay out of the log. */
function causeOf(error: ProviderError | undefined): string | undefined {
  let cause: unknown = error?.cause
  for (let depth = 0; depth < 4 && cause instanceof Error; depth++) {
    const { code } = cause as { code?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z\d_]+$/.test(code)) return code
    cause = cause.cause
  }
  return undefined
}
