import type { ProviderError, ProviderErrorCode } from '../adapters/provider-error.ts'
import { DecidedError } from '../decision/decided-error.ts'

/**
 * The error that a caller gets, in our own words. It has no `cause`: errors are logged with theirs, and a provider's
 * words may hold keys and account names.
 */
export class RouteFailure extends DecidedError {
  readonly attempts: number

  constructor(error: ProviderError, attempts: number, decisionId: string) {
    const answer = ANSWERS[error.code]
    const told = {
      code: answer.code,
      status: answer.status,
      title: answer.sentence,
      detail: answer.sentence,
      retryable: answer.retryable ?? error.retryable,
      retryAfterMs: answer.retryable === false ? undefined : (error.retryAfterMs ?? undefined),
    }
    super(told, decisionId)
    this.name = 'RouteFailure'
    this.attempts = attempts
  }
}

/** What to tell where several places failed, each in its own way: that waiting helps, if it does; else the last. */
export function mostTelling(failures: readonly ProviderError[]): ProviderError {
  const limited = failures
    .filter((error) => error.code === 'rate-limited' && error.retryAfterMs !== null)
    .toSorted((a, b) => a.retryAfterMs! - b.retryAfterMs!)
  return limited[0] ?? failures.findLast((error) => error.retryable) ?? failures.at(-1)!
}

/** The sentence of an error's code, for callers and the ledger. */
export function sentenceOf(code: ProviderErrorCode): string {
  return ANSWERS[code].sentence
}

interface Answer {
  readonly code: string
  readonly status: number
  readonly sentence: string
  /** Absent: as the provider says. */
  readonly retryable?: boolean
}

const UNAVAILABLE: Answer = {
  code: 'provider-unavailable',
  status: 502,
  sentence: 'The model’s provider cannot be reached or has failed.',
}

const ANSWERS: Readonly<Record<ProviderErrorCode, Answer>> = {
  'rate-limited': {
    code: 'rate-limited',
    status: 429,
    sentence: 'The model’s provider takes no more requests right now.',
    retryable: true,
  },
  'request-exceeds-limit': {
    code: 'request-exceeds-limit',
    status: 429,
    sentence: 'This request is larger than the provider’s rate limit for the model ever allows.',
    retryable: false,
  },
  'insufficient-quota': {
    code: 'insufficient-quota',
    status: 429,
    sentence: 'The account at the model’s provider has no quota or credit left.',
    retryable: false,
  },
  'bad-credential': {
    code: 'provider-credential-rejected',
    status: 502,
    sentence: 'The model’s provider does not accept the key of this installation.',
    retryable: false,
  },
  'model-not-found': {
    code: 'model-not-found',
    status: 404,
    sentence: 'The provider does not have this model, or not for this account.',
    retryable: false,
  },
  'context-too-long': {
    code: 'context-too-long',
    status: 400,
    // Clients know the case by these words of OpenAI's, and shorten the conversation themselves.
    sentence:
      "This model's maximum context length is smaller than this conversation (context_length_exceeded).",
    retryable: false,
  },
  'content-filtered': {
    code: 'content-filtered',
    status: 400,
    sentence: 'The model’s provider refuses this request under its content policy.',
    retryable: false,
  },
  'invalid-request': {
    code: 'invalid-request',
    status: 400,
    sentence:
      'The model’s provider does not accept this request: the model may not know one of its options.',
    retryable: false,
  },
  'prefill-unsupported': {
    code: 'prefill-unsupported',
    status: 400,
    sentence: 'The model cannot go on from the beginning of an answer.',
    retryable: false,
  },
  overloaded: {
    code: 'provider-overloaded',
    status: 503,
    sentence: 'The model’s provider is overloaded.',
    retryable: true,
  },
  'provider-unavailable': UNAVAILABLE,
  'connection-failed': UNAVAILABLE,
  timeout: {
    code: 'timeout',
    status: 504,
    sentence: 'The model did not answer in time.',
    retryable: true,
  },
  'stream-cut': {
    code: 'stream-cut',
    status: 502,
    sentence: 'The model’s provider broke the answer off.',
    retryable: true,
  },
  'stream-error': {
    code: 'stream-error',
    status: 502,
    sentence: 'The model’s provider failed in the middle of the answer.',
  },
}
