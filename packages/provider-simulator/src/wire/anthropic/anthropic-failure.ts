import { retryAfterHeader } from '../failure.ts'
import type { Failure } from '../failure.ts'
import { randomLetters } from '../identifier.ts'
import type { Reply } from '../wire.ts'

interface AnthropicError {
  status: number
  type: string
  message: string
}

/** Anthropic's errors as recorded, with the header that says whether to try again. */
export function anthropicFailure(failure: Failure, model: string): Reply {
  const { status, ...error } = anthropicError(failure, model)
  const requestId = `req_01${randomLetters(22)}`
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'request-id': requestId,
      'x-should-retry': String(status === 429 || status >= 500),
      ...(failure.kind === 'status' ? retryAfterHeader(failure.retryAfter) : {}),
    },
    body: JSON.stringify({ type: 'error', error, request_id: requestId }),
  }
}

function anthropicError(failure: Failure, model: string): AnthropicError {
  const invalid = { status: 400, type: 'invalid_request_error' }
  switch (failure.kind) {
    case 'missing-key':
      return { status: 401, type: 'authentication_error', message: 'x-api-key header is required' }
    case 'bad-key':
      return { status: 401, type: 'authentication_error', message: 'invalid x-api-key' }
    case 'invalid':
      return { ...invalid, message: failure.message }
    case 'not-found':
      return { status: 404, type: 'not_found_error', message: 'Not Found' }
    case 'too-large':
      return { status: 413, type: 'request_too_large', message: 'Request exceeds the maximum size' }
    case 'context-length':
      return {
        ...invalid,
        message: `prompt is too long: ${failure.tokens} tokens > 200000 maximum`,
      }
    case 'prompt-blocked':
      return { ...invalid, message: 'Output blocked by content filtering policy' }
    case 'no-prefill':
      return {
        ...invalid,
        message:
          'This model does not support assistant message prefill. The conversation must end with a user message.',
      }
    case 'quota':
      return {
        ...invalid,
        message:
          'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
      }
    case 'status':
      return statusError(failure.status, model)
  }
}

function statusError(status: number, model: string): AnthropicError {
  switch (status) {
    case 401:
      return { status, type: 'authentication_error', message: 'invalid x-api-key' }
    case 403:
      return {
        status,
        type: 'permission_error',
        message: 'Your API key does not have permission to use the specified resource.',
      }
    case 404:
      return { status, type: 'not_found_error', message: `model: ${model}` }
    case 429:
      return {
        status,
        type: 'rate_limit_error',
        message: `This request would exceed your organization's rate limit of 450,000 input tokens per minute (org: 00000000-0000-0000-0000-000000000000, model: ${model}). For details, refer to: https://docs.claude.com/en/api/rate-limits.`,
      }
    case 529:
      return { status, type: 'overloaded_error', message: 'Overloaded' }
    default:
      return status < 500
        ? { status, type: 'invalid_request_error', message: 'Simulated error.' }
        : { status, type: 'api_error', message: 'Internal server error' }
  }
}
