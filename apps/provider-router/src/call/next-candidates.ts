import type { ProviderError, ProviderErrorCode } from '../adapters/provider-error.ts'
import type { Candidate } from '../choose/candidate.ts'
import type { FallbackCause } from '../select/routing-table.ts'

/** What a failure leaves to try. */
type Remedy = 'nothing' | 'other-credential' | 'other-deployment' | 'larger-context'

const REMEDY: Readonly<Record<ProviderErrorCode, Remedy>> = {
  'rate-limited': 'other-credential',
  'insufficient-quota': 'other-credential',
  'bad-credential': 'other-credential',
  'request-exceeds-limit': 'other-deployment',
  'model-not-found': 'other-deployment',
  'prefill-unsupported': 'other-deployment',
  overloaded: 'other-deployment',
  'provider-unavailable': 'other-deployment',
  timeout: 'other-deployment',
  'connection-failed': 'other-deployment',
  'stream-cut': 'other-deployment',
  'stream-error': 'other-deployment',
  'context-too-long': 'larger-context',
  'content-filtered': 'nothing',
  'invalid-request': 'nothing',
}

const CAUSE: Readonly<Partial<Record<ProviderErrorCode, FallbackCause>>> = {
  'context-too-long': 'contextTooLong',
  'rate-limited': 'rateLimited',
  'insufficient-quota': 'rateLimited',
  'request-exceeds-limit': 'rateLimited',
}

/** Of the candidates that are left, those for which `error` at `failed` says nothing bad. */
export function nextCandidates(
  error: ProviderError,
  failed: Candidate,
  left: readonly Candidate[],
): Candidate[] {
  const elsewhere = left.filter(({ deployment }) => deployment.id !== failed.deployment.id)
  switch (REMEDY[error.code]) {
    case 'nothing':
      return []
    case 'other-credential':
      return [...left]
    case 'other-deployment':
      return elsewhere
    case 'larger-context':
      return elsewhere.filter((candidate) => isLarger(candidate, failed))
  }
}

/** Which of a virtual model's fallback chains is for this failure; undefined: none, the failure is the answer. */
export function fallbackCauseOf(error: ProviderError): FallbackCause | undefined {
  return REMEDY[error.code] === 'nothing' ? undefined : (CAUSE[error.code] ?? 'unavailable')
}

function isLarger(candidate: Candidate, failed: Candidate): boolean {
  const size = candidate.deployment.contextTokens
  const tried = failed.deployment.contextTokens
  return size === null || tried === null || size > tried
}
