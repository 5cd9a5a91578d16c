import type { OpenAiErrorBody } from '@brainlyx/router-contract'
import type OpenAI from 'openai'

/** The nearest of the few words that OpenAI has for why a response failed; our own stands in the `error` before it. */
export function failureCode({
  status,
}: OpenAiErrorBody['error']): OpenAI.Responses.ResponseError['code'] {
  if (status === 429) return 'rate_limit_exceeded'
  return status !== undefined && status < 500 ? 'invalid_prompt' : 'server_error'
}
