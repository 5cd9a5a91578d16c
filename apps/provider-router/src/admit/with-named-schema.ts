import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { asObject } from '../adapters/wire-value/read-value.ts'

/**
 * A schema beside `json_object`, as Together, Fireworks and llama.cpp took it before OpenAI had one and as Instructor
 * still sends it, where every provider looks for it: OpenAI refuses it, and others would answer without.
 */
export function withNamedSchema(request: ChatCompletionRequest): ChatCompletionRequest {
  const { response_format: format } = request
  if (format?.type !== 'json_object') return request
  const schema = asObject(format['schema'])
  if (schema === undefined) return request
  return {
    ...request,
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } },
  }
}
