import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import type OpenAI from 'openai'
import type { ProviderCall } from '../provider-adapter.ts'
import { inputItems } from './build-input.ts'
import { toolOptions } from './build-tools.ts'
import { sealsReasoning } from './sealed-reasoning.ts'

export type ResponseBody = Omit<OpenAI.Responses.ResponseCreateParams, 'stream'>

/** A chat completion's request as the Responses API takes it. Nothing is kept at OpenAI (`store: false`). */
export function buildResponse(call: ProviderCall): ResponseBody {
  const { request, target } = call
  const limit = request.max_completion_tokens ?? request.max_tokens
  return {
    model: target.model,
    input: request.messages.flatMap(inputItems),
    store: false,
    ...(limit == null ? {} : { max_output_tokens: Math.max(16, limit) }),
    ...sameOptions(request),
    ...includeOption(call),
    ...reasoningOption(request),
    ...toolOptions(request),
    ...textOption(request),
  }
}

/** Options of the same name and meaning in both APIs. */
const SAME = [
  'temperature',
  'top_p',
  'user',
  'parallel_tool_calls',
  'prompt_cache_key',
  'safety_identifier',
  'service_tier',
] as const

function sameOptions(request: ChatCompletionRequest): Partial<ResponseBody> {
  const given = SAME.filter((key) => request[key] != null)
  return Object.fromEntries(given.map((key) => [key, request[key]]))
}

function includeOption(call: ProviderCall): Partial<ResponseBody> {
  const { logprobs, top_logprobs: top } = call.request
  const include: NonNullable<ResponseBody['include']> = []
  if (logprobs === true) include.push('message.output_text.logprobs')
  if (sealsReasoning(call)) include.push('reasoning.encrypted_content')
  if (include.length === 0) return {}
  return { include, ...(logprobs === true && { top_logprobs: top ?? 0 }) }
}

function reasoningOption(request: ChatCompletionRequest): Partial<ResponseBody> {
  if (request.reasoning_effort == null) return {}
  return { reasoning: { effort: request.reasoning_effort, summary: 'auto' } }
}

function textOption(request: ChatCompletionRequest): Partial<ResponseBody> {
  const format = textFormat(request.response_format)
  const text = {
    ...(format === undefined ? {} : { format }),
    ...(request.verbosity == null
      ? {}
      : { verbosity: request.verbosity as OpenAI.Responses.ResponseTextConfig['verbosity'] }),
  }
  return Object.keys(text).length === 0 ? {} : { text }
}

function textFormat(
  format: ChatCompletionRequest['response_format'],
): OpenAI.Responses.ResponseFormatTextConfig | undefined {
  if (format == null || format.type === 'text') return undefined
  if (format.type === 'json_object') return { type: 'json_object' }
  const { name, schema, strict } = format.json_schema
  return { type: 'json_schema', name, schema: schema ?? {}, strict: strict ?? null }
}
