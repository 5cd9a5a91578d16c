import { anthropicAdapter } from './anthropic/anthropic.adapter.ts'
import { geminiAdapter } from './gemini/gemini.adapter.ts'
import { groqAdapter } from './groq/groq.adapter.ts'
import { openaiChatAdapter } from './openai-chat/openai-chat.adapter.ts'
import { openaiResponsesAdapter } from './openai-responses/openai-responses.adapter.ts'
import type { ProviderAdapter, ProviderApi } from './provider-adapter.ts'

const ADAPTERS: Readonly<Record<ProviderApi, ProviderAdapter>> = {
  'openai-chat': openaiChatAdapter,
  'openai-responses': openaiResponsesAdapter,
  anthropic: anthropicAdapter,
  gemini: geminiAdapter,
  groq: groqAdapter,
}

export function adapterFor(api: ProviderApi): ProviderAdapter {
  return ADAPTERS[api]
}
