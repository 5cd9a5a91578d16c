import type { AttemptEnd } from '@brainlyx/router-contract'
import type { Ending } from '../account/attempt-account.ts'
import type { ProviderError, ProviderErrorCode } from '../adapters/provider-error.ts'
import type { Candidate } from '../choose/candidate.ts'
import type { RunningCall } from '../load/deployment-load.ts'
import type { CallLeave } from './admit-call.ts'
import type { CallDependencies } from './call-dependencies.ts'

/** Of a 429 that does not say how long. */
const UNSTATED_PAUSE_MS = 2_000

/** The deployment itself is at fault. 429 is not among them: it is well, and busy. */
const UNHEALTHY: ReadonlySet<ProviderErrorCode> = new Set([
  'overloaded',
  'provider-unavailable',
  'timeout',
  'connection-failed',
  'stream-cut',
  'stream-error',
])

/** Tells everything that learns from calls how one has ended, and gives back what it took. */
export function noteOutcome(
  call: {
    readonly candidate: Candidate
    readonly leave: CallLeave
    readonly running: RunningCall
    readonly ending: Ending
    readonly end: AttemptEnd
  },
  { health, quotas, observe }: CallDependencies,
): void {
  const { candidate, leave, running, ending, end } = call
  const error = ending.outcome === 'failed' ? ending.error : undefined
  const unhealthy = error !== undefined && UNHEALTHY.has(error.code)
  running.end(unhealthy)
  if (unhealthy) leave.permit.settle('failure')
  else leave.permit.settle(ending.outcome === 'completed' ? 'success' : 'neutral')
  leave.reservation.settle(countedTokens(end, error))
  if (error === undefined) {
    if (ending.outcome === 'completed') {
      health.accept(candidate.credential, candidate.deployment.model)
    }
  } else noteFailure(candidate, error, { health, quotas })
  observe(candidate, end, error)
}

/** undefined: nothing reached the provider. */
function countedTokens(end: AttemptEnd, error: ProviderError | undefined): number | undefined {
  if (error?.code === 'connection-failed') return undefined
  return end.usage === null ? 0 : end.usage.inputTokens + end.usage.outputTokens
}

/** 403 may be about one model only, and callers may name any. */
function noteFailure(
  { credential, deployment, scopes }: Candidate,
  error: ProviderError,
  { health, quotas }: Pick<CallDependencies, 'health' | 'quotas'>,
): void {
  if (error.code === 'bad-credential' || error.code === 'insufficient-quota') {
    health.refuse(credential, error.status === 403 ? deployment.model : undefined)
  } else if (error.code === 'rate-limited') {
    quotas.pause(scopes[1], error.retryAfterMs ?? UNSTATED_PAUSE_MS)
  }
}
