import { randomHex } from '../identifier.ts'
import { retryAfterHeader } from '../failure.ts'
import type { Failure } from '../failure.ts'
import type { Reply } from '../wire.ts'

interface OpenAiError {
  status: number
  message: string
  type: string
  param?: string | null
  code: string | null
}

/** OpenAI's errors as recorded. `api` matters for an unknown model, which Responses answers with 400. */
export function openAiFailure(failure: Failure, model: string, api: 'chat' | 'responses'): Reply {
  const { status, ...error } = openAiError(failure, model, api)
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'openai-version': '2020-10-01',
      'x-request-id': `req_${randomHex(32)}`,
      ...(failure.kind === 'status' ? retryAfterHeader(failure.retryAfter) : {}),
    },
    body: JSON.stringify({ error: { param: null, ...error } }, null, 2),
  }
}

function openAiError(failure: Failure, model: string, api: 'chat' | 'responses'): OpenAiError {
  const invalid = { status: 400, type: 'invalid_request_error', code: null }
  switch (failure.kind) {
    case 'missing-key':
      return {
        ...invalid,
        status: 401,
        message:
          "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from https://platform.openai.com/account/api-keys.",
      }
    case 'bad-key':
      return badKey(failure.key)
    case 'invalid':
      return { ...invalid, message: failure.message, param: failure.parameter ?? null }
    case 'not-found':
      return { ...invalid, status: 404, message: `Invalid URL (${failure.path})` }
    case 'too-large':
      return { ...invalid, status: 413, message: 'Request entity too large.' }
    case 'context-length':
      return {
        ...invalid,
        message: `This model's maximum context length is 128000 tokens. However, your messages resulted in ${failure.tokens} tokens. Please reduce the length of the messages.`,
        param: 'messages',
        code: 'context_length_exceeded',
      }
    case 'prompt-blocked':
      return {
        ...invalid,
        message:
          'Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.',
        code: 'invalid_prompt',
      }
    case 'no-prefill':
      return {
        ...invalid,
        message: 'The last message must not be from the assistant for this model.',
        param: 'messages',
      }
    case 'quota':
      return {
        status: 429,
        message:
          'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
        type: 'insufficient_quota',
        code: 'insufficient_quota',
      }
    case 'status':
      return statusError(failure.status, model, api)
  }
}

function badKey(key: string): OpenAiError {
  const shown = `${key.slice(0, 8)}${'*'.repeat(Math.max(0, key.length - 12))}${key.slice(-4)}`
  return {
    status: 401,
    message: `Incorrect API key provided: ${shown}. You can find your API key at https://platform.openai.com/account/api-keys.`,
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  }
}

function statusError(status: number, model: string, api: 'chat' | 'responses'): OpenAiError {
  switch (status) {
    case 401:
      return badKey('sk-simulated-key')
    case 403:
      return {
        status,
        message: `Project does not have access to model \`${model}\``,
        type: 'invalid_request_error',
        code: 'model_not_found',
      }
    case 404:
      return api === 'responses'
        ? {
            status: 400,
            message: `The requested model '${model}' does not exist.`,
            type: 'invalid_request_error',
            param: 'model',
            code: 'model_not_found',
          }
        : {
            status,
            message: `The model \`${model}\` does not exist or you do not have access to it.`,
            type: 'invalid_request_error',
            code: 'model_not_found',
          }
    case 429:
      return {
        status,
        message: `Rate limit reached for ${model} on requests per min (RPM): Limit 500, Used 500, Requested 1. Please try again in 120ms. Visit https://platform.openai.com/account/rate-limits to learn more.`,
        type: 'requests',
        code: 'rate_limit_exceeded',
      }
    case 503:
      return {
        status,
        message: 'The engine is currently overloaded, please try again later',
        type: 'overloaded',
        code: 'overloaded',
      }
    default:
      return status < 500
        ? { status, message: 'Simulated error.', type: 'invalid_request_error', code: null }
        : {
            status,
            message: `An error occurred while processing your request. You can retry your request, or contact us through our help center at help.openai.com if the error persists. Please include the request ID req_${randomHex(32)} in your message.`,
            type: 'server_error',
            code: 'server_error',
          }
  }
}
