import { ProviderError } from '../provider-error.ts'
import type { ProviderErrorCode } from '../provider-error.ts'
import { errorObjectOf, textOf } from './error-body.ts'
import type { ErrorObject } from './error-body.ts'
import { retryAfterMsOf } from './retry-after.ts'

export interface FailureFacts {
  /** null where none arrived, as for an error inside a stream that names none. */
  readonly status: number | null
  readonly headers?: Headers | undefined
  /** The body, parsed or as text. */
  readonly body: unknown
  /** The error came inside a stream that had begun with 200. */
  readonly inStream?: boolean
  readonly rawFinish?: string | null
  readonly cause?: unknown
}

/**
 * Names a provider's failure. The same mistake has different statuses at different providers (a bad key is 400 at
 * Google, an unknown model 400 or 404 at OpenAI), so words decide before the status does.
 */
export function classifyFailure(facts: FailureFacts): ProviderError {
  const error = errorObjectOf(facts.body)
  const status = facts.status ?? statusNamedBy(error)
  const code = isFromBetween(status, facts.body)
    ? 'provider-unavailable'
    : codeOf(status, error, facts.inStream === true)
  return new ProviderError({
    code,
    status,
    retryable: isRetryable(code, facts.headers?.get('x-should-retry')),
    retryAfterMs: retryAfterMsOf(facts.headers, error),
    raw: error ?? facts.body,
    rawFinish: facts.rawFinish ?? null,
    cause: facts.cause,
  })
}

/**
 * A page for people that comes with a refusal is of something between us and the provider, which has not looked at the
 * request: a proxy, a firewall.
 */
function isFromBetween(status: number | null, body: unknown): boolean {
  const refuses = status === 400 || status === 403 || status === 413 || status === 422
  return refuses && typeof body === 'string' && /^\s*<(?:!doctype|html)/i.test(body)
}

const CONTEXT_WORDS =
  /context[ _](?:length|window|limit)|prompt is too long|input token count|maximum context|reduce the length of (?:the|your) (?:messages|prompt|input)|too many (?:input )?tokens|exceeds? the maximum number of tokens/i
const NEVER_FITS = /request too large|too large for model|payload size exceeds/i
const CREDENTIAL_WORDS =
  /api[ _-]key (?:not valid|not found|expired)|invalid (?:x-)?api[ _-]key|API_KEY_INVALID|FAILED_PRECONDITION|(?:organization|account|project) has been (?:disabled|restricted|deactivated)/i
const QUOTA_WORDS = /insufficient_quota|credit balance|billing_hard_limit|billing_not_active/i
const POLICY_WORDS =
  /content_policy|content[ _]filter|content management policy|usage polic(?:y|ies)|safety system|ResponsibleAI/i
/** A key may be good and yet closed to one model, which some providers answer with 403. */
const MODEL_WORDS =
  /model_(?:not_found|decommissioned|not_active|terms_required|permission_blocked\w*)|not_found_error/
const MODEL_MESSAGE = /access to model|must be verified to (?:use|stream)/i
const PREFILL_WORDS = /prefill|must end with a user message|last message must/i

function codeOf(
  status: number | null,
  error: ErrorObject | undefined,
  inStream: boolean,
): ProviderErrorCode {
  const message = textOf(error, 'message')
  const words = [
    textOf(error, 'code'),
    textOf(error, 'type'),
    textOf(error, 'status'),
    reasonsOf(error),
  ].join(' ')
  const all = `${words} ${message}`
  if (QUOTA_WORDS.test(all) || status === 402) return 'insufficient-quota'
  if (status === 429 || status === 413 || /rate_limit|RESOURCE_EXHAUSTED/.test(words)) {
    return NEVER_FITS.test(all) || neverFits(message) || /request_too_large/.test(words)
      ? 'request-exceeds-limit'
      : 'rate-limited'
  }
  if (NEVER_FITS.test(message)) return 'request-exceeds-limit'
  if (MODEL_WORDS.test(words) || MODEL_MESSAGE.test(message)) return 'model-not-found'
  if (CREDENTIAL_WORDS.test(all) || status === 401 || status === 403) return 'bad-credential'
  if (/authentication_error|permission_error|invalid_api_key/.test(words)) return 'bad-credential'
  if (/overloaded|UNAVAILABLE/.test(words) || status === 503 || status === 529 || status === 498) {
    return 'overloaded'
  }
  if (status === 408 || status === 504 || /timeout_error|DEADLINE_EXCEEDED/.test(words))
    return 'timeout'
  if (status !== null && status >= 500) return 'provider-unavailable'
  if (status === 404 || /NOT_FOUND/.test(words)) return 'model-not-found'
  if (
    /context_length_exceeded|string_above_max_length/.test(words) ||
    CONTEXT_WORDS.test(message)
  ) {
    return 'context-too-long'
  }
  if (POLICY_WORDS.test(all)) return 'content-filtered'
  // What is wrong with a request has one of two statuses; others tell of who was asked (409: a lock, 451: a country).
  if (status === 400 || status === 422) {
    return PREFILL_WORDS.test(message) ? 'prefill-unsupported' : 'invalid-request'
  }
  if (status === null && /invalid_request_error|INVALID_ARGUMENT/.test(words))
    return 'invalid-request'
  return inStream ? 'stream-error' : 'provider-unavailable'
}

/** «Limit 400000, Requested 2500013»: waiting does not help. «Limit 6000, Used 5447, Requested 783»: it does. */
function neverFits(message: string): boolean {
  const limit = /\bLimit:? (\d+)/i.exec(message)
  const requested = /\bRequested:? (\d+)/i.exec(message)
  return limit !== null && requested !== null && Number(requested[1]) > Number(limit[1])
}

/** Google's `details[].reason`. */
function reasonsOf(error: ErrorObject | undefined): string {
  const details = error?.['details']
  if (!Array.isArray(details)) return ''
  return details
    .map((detail: unknown) => textOf(detail as ErrorObject | undefined, 'reason'))
    .join(' ')
}

function statusNamedBy(error: ErrorObject | undefined): number | null {
  for (const key of ['status_code', 'status', 'code']) {
    const value = error?.[key]
    if (typeof value === 'number' && value >= 400 && value < 600) return value
  }
  return null
}

const RETRYABLE: ReadonlySet<ProviderErrorCode> = new Set([
  'rate-limited',
  'overloaded',
  'provider-unavailable',
  'timeout',
  'connection-failed',
  'stream-cut',
  'stream-error',
])

/** A provider's `x-should-retry` knows better than its status, but cannot make a hopeless request fit. */
function isRetryable(code: ProviderErrorCode, shouldRetry: string | null | undefined): boolean {
  if (shouldRetry === 'false') return false
  if (shouldRetry === 'true' && code !== 'request-exceeds-limit') return true
  return RETRYABLE.has(code)
}
