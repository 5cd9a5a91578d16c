import type { OpenAiError } from './openai-error.ts'

/**
 * Anthropic's shape of an error, with our own answers beside it. Also an event of a stream that has begun. Whoever reads
 * OpenAI's shape finds all of that in it.
 */
export interface AnthropicError extends OpenAiErrorLike {
  type: 'error'
  request_id: string | null
}

/** As far as it is known: another service's may lack our own answers. */
interface OpenAiErrorLike {
  error: Pick<OpenAiError['error'], 'message' | 'type' | 'param'> & {
    code: string | null
    status?: number | undefined
    traceId?: string | undefined
    [more: string]: unknown
  }
}

export function anthropicError({ error }: OpenAiErrorLike): AnthropicError {
  return {
    type: 'error',
    error: {
      ...error,
      ...detailsOf(error),
      message: wordsOf(error),
      type: anthropicType(error.status ?? 500),
    },
    request_id: error.traceId ?? null,
  }
}

/** Programs shorten a conversation where they read these words. */
function wordsOf({ message, problem }: OpenAiErrorLike['error']): string {
  return problem === 'context-too-long' ? `prompt is too long: ${message}` : message
}

/** Its SDK's tool runner lets the server keep a conversation, and goes on by itself where it reads this. */
function detailsOf({ problem, param }: OpenAiErrorLike['error']): { details?: object } {
  return problem === 'unsupported-option' && param === 'thread'
    ? { details: { error_code: 'thread_unsupported_request', unsupported: [] } }
    : {}
}

/** Anthropic's `type` words, by status. */
function anthropicType(status: number): string {
  return TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
}

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
