import { retryAfterHeader } from '../failure.ts'
import type { Failure } from '../failure.ts'
import { randomLetters } from '../identifier.ts'
import type { Reply } from '../wire.ts'

interface GroqError {
  status: number
  message: string
  type: string
  code?: string
  param?: string
}

/** Groq's errors as recorded; 5xx are like its documentation's, since none was recorded. */
export function groqFailure(failure: Failure, model: string): Reply {
  const { status, ...error } = groqError(failure, model)
  return {
    status,
    headers: {
      'cache-control': 'private, max-age=0, no-store, no-cache, must-revalidate',
      'content-type': 'application/json',
      'x-request-id': `req_${randomLetters(26).toLowerCase()}`,
      ...(failure.kind === 'status' ? retryAfterHeader(failure.retryAfter) : {}),
    },
    body: JSON.stringify({ error }),
  }
}

function groqError(failure: Failure, model: string): GroqError {
  const invalid = { status: 400, type: 'invalid_request_error' }
  const badKey = { ...invalid, status: 401, message: 'Invalid API Key', code: 'invalid_api_key' }
  switch (failure.kind) {
    case 'missing-key':
    case 'bad-key':
      return badKey
    case 'invalid':
      return { ...invalid, message: failure.message, param: failure.parameter ?? 'messages' }
    case 'not-found':
      return {
        ...invalid,
        status: 404,
        message: `Unknown request URL: ${failure.path}. Please check the URL for typos, or see the docs at https://console.groq.com/docs/`,
        code: 'unknown_url',
      }
    case 'too-large':
      return {
        ...invalid,
        status: 413,
        message: 'Request Entity Too Large',
        code: 'request_too_large',
      }
    case 'context-length':
      return {
        ...invalid,
        message: 'Please reduce the length of the messages or completion.',
        param: 'messages',
      }
    case 'prompt-blocked':
      return {
        ...invalid,
        message: 'The prompt was blocked by a content policy.',
        code: 'content_policy',
      }
    case 'no-prefill':
      return {
        ...invalid,
        message: 'the last message may not be from the assistant',
        param: 'messages',
      }
    case 'quota':
      return rateLimited(model, 'requests per day (RPD): Limit 1000, Used 1000, Requested 1')
    case 'status':
      return failure.status === 401 ? badKey : statusError(failure.status, model)
  }
}

function rateLimited(model: string, limit: string): GroqError {
  return {
    status: 429,
    message: `Rate limit reached for model \`${model}\` in organization \`org_simulated\` service tier \`on_demand\` on ${limit}. Please try again in 2.3s. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing`,
    type: 'tokens',
    code: 'rate_limit_exceeded',
  }
}

function statusError(status: number, model: string): GroqError {
  switch (status) {
    case 404:
      return {
        status,
        message: `The model \`${model}\` does not exist or you do not have access to it.`,
        type: 'invalid_request_error',
        code: 'model_not_found',
      }
    case 429:
      return rateLimited(model, 'tokens per minute (TPM): Limit 6000, Used 5447, Requested 783')
    case 503:
      return { status, message: 'Service Unavailable', type: 'service_unavailable' }
    default:
      return status < 500
        ? { status, message: 'Simulated error.', type: 'invalid_request_error' }
        : { status, message: 'Internal Server Error', type: 'internal_server_error' }
  }
}
