import { retryAfterHeader } from '../failure.ts'
import type { Failure, RetryAfter } from '../failure.ts'
import type { Reply } from '../wire.ts'
import { safetyRatings } from './gemini-frames.ts'

interface GeminiError {
  code: number
  message: string
  status: string
  details?: unknown[]
}

/**
 * Gemini's errors as recorded: a bad key is a 400, seconds to wait are in the body instead of a header, a 503 of a
 * stream is labelled an event stream although it is none, and a blocked prompt is a 200 without candidates.
 */
export function geminiFailure(failure: Failure, target: { model: string; stream: boolean }): Reply {
  if (failure.kind === 'prompt-blocked') return blockedPrompt(target.stream)
  const error = geminiError(failure, target.model)
  const mislabelled = target.stream && error.code === 503
  const date = failure.kind === 'status' && failure.retryAfter?.form === 'date'
  return {
    status: error.code,
    headers: {
      'content-type': mislabelled ? 'text/event-stream' : 'application/json; charset=UTF-8',
      'server-timing': 'gfet4t7; dur=43',
      ...(date ? retryAfterHeader(failure.retryAfter) : {}),
    },
    body: `${JSON.stringify({ error }, null, 2)}\n`,
  }
}

function blockedPrompt(stream: boolean): Reply {
  const body = JSON.stringify({ promptFeedback: { blockReason: 'SAFETY', safetyRatings } })
  return stream
    ? {
        status: 200,
        headers: { 'content-type': 'text/event-stream' },
        body: `data: ${body}\r\n\r\n`,
      }
    : { status: 200, headers: { 'content-type': 'application/json; charset=UTF-8' }, body }
}

function geminiError(failure: Failure, model: string): GeminiError {
  const invalid = { code: 400, status: 'INVALID_ARGUMENT' }
  switch (failure.kind) {
    case 'missing-key':
      return {
        code: 403,
        message:
          "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
        status: 'PERMISSION_DENIED',
      }
    case 'bad-key':
      return badKey()
    case 'invalid':
      return { ...invalid, message: failure.message }
    case 'not-found':
      return {
        code: 404,
        message: `Requested entity was not found: ${failure.path}`,
        status: 'NOT_FOUND',
      }
    case 'too-large':
      return { ...invalid, message: 'Request payload size exceeds the limit: 20971520 bytes.' }
    case 'context-length':
      return {
        ...invalid,
        message: `The input token count (${failure.tokens}) exceeds the maximum number of tokens allowed (1048575).`,
      }
    case 'no-prefill':
      return {
        ...invalid,
        message:
          'Please ensure that multiturn requests end with a user role or a function response.',
      }
    case 'quota':
      return rateLimited(model, undefined)
    case 'status':
      return statusError(failure.status, model, failure.retryAfter)
    case 'prompt-blocked':
      return { ...invalid, message: 'blocked' }
  }
}

function badKey(): GeminiError {
  const message = 'API key not valid. Please pass a valid API key.'
  return {
    code: 400,
    message,
    status: 'INVALID_ARGUMENT',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      },
      { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message },
    ],
  }
}

function rateLimited(model: string, retryAfter: RetryAfter | undefined): GeminiError {
  const seconds = retryAfter?.form === 'seconds' ? retryAfter.seconds : undefined
  const metric = 'generativelanguage.googleapis.com/generate_content_paid_tier_input_token_count'
  const wait = seconds === undefined ? '' : `\nPlease retry in ${seconds}s.`
  return {
    code: 429,
    message: `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. \n* Quota exceeded for metric: ${metric}, limit: 1000000, model: ${model}${wait}`,
    status: 'RESOURCE_EXHAUSTED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [
          {
            quotaMetric: metric,
            quotaId: 'GenerateContentPaidTierInputTokensPerModelPerMinute',
            quotaDimensions: { model, location: 'global' },
            quotaValue: '1000000',
          },
        ],
      },
      ...(seconds === undefined
        ? []
        : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` }]),
    ],
  }
}

function statusError(code: number, model: string, retryAfter: RetryAfter | undefined): GeminiError {
  switch (code) {
    case 401:
      return badKey()
    case 403:
      return { code, message: 'The caller does not have permission', status: 'PERMISSION_DENIED' }
    case 404:
      return {
        code,
        message: `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ModelService.ListModels to see the list of available models and their supported methods.`,
        status: 'NOT_FOUND',
      }
    case 429:
      return rateLimited(model, retryAfter)
    case 503:
      return {
        code,
        message:
          'This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.',
        status: 'UNAVAILABLE',
      }
    default:
      return code < 500
        ? { code, message: 'Simulated error.', status: 'INVALID_ARGUMENT' }
        : {
            code,
            message:
              'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
            status: 'INTERNAL',
          }
  }
}
