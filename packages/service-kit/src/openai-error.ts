import type { ProblemBody } from './problem.ts'

/** OpenAI's shape of an error, which clients of `/v1/*` read, with our own answers beside it. */
export interface OpenAiError {
  error: {
    message: string
    type: string
    param: string | null
    /** OpenAI's word where it has one, since its clients go by that; else `problem`. */
    code: string
    /** Ours, in kebab-case. */
    problem: string
    /** What the response's status is, or would have been inside a stream that has begun. */
    status: number
    retryable: boolean
    retryAfterMs: number | null
    traceId: string
  }
}

export function openAiError(problem: ProblemBody): OpenAiError {
  return {
    error: {
      message: problem.detail ?? problem.title,
      type: openAiType(problem.status),
      param: problem.fields?.[0]?.path ?? null,
      code: OPENAI_CODES[problem.code] ?? problem.code,
      problem: problem.code,
      status: problem.status,
      retryable: problem.retryable,
      retryAfterMs: problem.retryAfterMs,
      traceId: problem.traceId,
    },
  }
}

/** OpenAI's `code` words. */
const OPENAI_CODES: Readonly<Record<string, string>> = {
  'context-too-long': 'context_length_exceeded',
  'content-filtered': 'content_policy_violation',
  'invalid-api-key': 'invalid_api_key',
  'model-not-found': 'model_not_found',
  'previous-response-not-found': 'previous_response_not_found',
  'insufficient-quota': 'insufficient_quota',
  'budget-exhausted': 'insufficient_quota',
  'rate-limited': 'rate_limit_exceeded',
  'too-many-requests': 'rate_limit_exceeded',
}

/** OpenAI's `type` words, by status. */
function openAiType(status: number): string {
  if (status === 402) return 'insufficient_quota'
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 404) return 'not_found_error'
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}
