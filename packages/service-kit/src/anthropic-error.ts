/** Anthropic's shape of an error, with our own answers beside it. Also an event of a stream that has begun. */
export interface AnthropicError {
  type: 'error'
  error: {
    type: string
    message: string
    /** Ours, in kebab-case. */
    problem: string
    status: number
    retryable: boolean
    retryAfterMs: number | null
  }
  request_id: string | null
}

/** The same error in OpenAI's shape, as far as it is needed. */
interface OpenAiErrorLike {
  readonly error: {
    readonly message: string
    readonly problem?: string | undefined
    readonly status?: number | undefined
    readonly retryable?: boolean | undefined
    readonly retryAfterMs?: number | null | undefined
    readonly traceId?: string | undefined
  }
}

export function anthropicError({ error }: OpenAiErrorLike): AnthropicError {
  const { message, problem = 'internal', status = 500, retryable = status >= 500 } = error
  return {
    type: 'error',
    error: {
      type: TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'),
      message,
      problem,
      status,
      retryable,
      retryAfterMs: error.retryAfterMs ?? null,
    },
    request_id: error.traceId ?? null,
  }
}

/** Anthropic's `type` words, by status. */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
}
