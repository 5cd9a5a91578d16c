import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import type OpenAI from 'openai'
import type { ProviderCall } from '../provider-adapter.ts'
import { withoutAnthropicsWords } from '../wire-value/without-anthropics-words.ts'
import { isOpenAi } from './is-openai.ts'
import { withKnownRoles } from './with-known-roles.ts'
import { withoutForeignWords } from './without-foreign-words.ts'

export type CompletionBody = Omit<OpenAI.ChatCompletionCreateParams, 'stream'>

/** OpenAI's models since GPT-4o take `max_completion_tokens` only; many other servers know the older name alone. */
const NEW_LIMIT_NAME = /^(?:chatgpt-|gpt-4o|gpt-4\.|gpt-[5-9]|o\d)/

/** OpenRouter passes them on to Anthropic; of others many refuse what they do not know. */
function takesCacheMarks(baseUrl: string): boolean {
  return /^https:\/\/(?:[a-z]+\.)?openrouter\.ai(?:\/|$)/.test(baseUrl)
}

/** The caller's own request with the provider's model in it; as little as can be is changed. */
export function buildCompletion(call: ProviderCall): CompletionBody {
  const { baseUrl } = call.target
  const request = withoutAnthropicsWords(call.request, { keepsMarks: takesCacheMarks(baseUrl) })
  const { brainlyx: _ours, stream: _stream, stream_options: _options, ...rest } = request
  const messages = withKnownRoles(withoutForeignWords(rest.messages, baseUrl), baseUrl)
  const body: Partial<ChatCompletionRequest> = { ...rest, messages, model: call.target.model }
  if (body.max_tokens != null && NEW_LIMIT_NAME.test(call.target.model)) {
    body.max_completion_tokens ??= body.max_tokens
    delete body.max_tokens
  }
  // Of all who speak like OpenAI, OpenAI alone is sure not to know it.
  if (isOpenAi(baseUrl)) delete body.top_k
  return body as CompletionBody
}
