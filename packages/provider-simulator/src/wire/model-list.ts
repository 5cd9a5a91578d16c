import type { Failure } from './failure.ts'
import { anthropicFailure } from './anthropic/anthropic-failure.ts'
import { geminiFailure } from './gemini/gemini-failure.ts'
import { groqFailure } from './groq/groq-failure.ts'
import { openAiFailure } from './openai-chat/openai-failure.ts'
import type { Provider, Reply } from './wire.ts'

/** Names that the lists show. Any other name is answered as well. */
const models: Readonly<Record<Provider, readonly string[]>> = {
  openai: [
    'gpt-6-sol',
    'gpt-5.4-mini',
    'gpt-5.4-nano',
    'gpt-4.1',
    'gpt-4o-mini',
    'text-embedding-3-small',
  ],
  groq: [
    'llama-3.3-70b-versatile',
    'llama-3.1-8b-instant',
    'openai/gpt-oss-120b',
    'openai/gpt-oss-20b',
  ],
  anthropic: [
    'claude-opus-5-5',
    'claude-sonnet-5-5',
    'claude-haiku-5-5',
    'claude-sonnet-4-6',
    'claude-haiku-4-5',
  ],
  gemini: ['gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-2.5-flash-lite', 'gemini-embedding-001'],
}
const created = 1_735_689_600

/** What `GET …/models` answers: the list, or one model where the path names one. */
export function modelList(provider: Provider, name: string | undefined): unknown {
  if (name !== undefined) return describe(provider, name)
  const data = models[provider].map((model) => describe(provider, model))
  switch (provider) {
    case 'gemini':
      return { models: data }
    case 'anthropic':
      return {
        data,
        has_more: false,
        first_id: models.anthropic[0],
        last_id: models.anthropic.at(-1),
      }
    default:
      return { object: 'list', data }
  }
}

function describe(provider: Provider, id: string): Record<string, unknown> {
  switch (provider) {
    case 'openai':
      return { id, object: 'model', created, owned_by: 'system' }
    case 'groq':
      return {
        id,
        object: 'model',
        created,
        owned_by: 'Simulated',
        active: true,
        context_window: 131_072,
        public_apps: null,
        max_completion_tokens: 32_768,
      }
    case 'anthropic':
      return { type: 'model', id, display_name: id, created_at: '2025-01-01T00:00:00Z' }
    case 'gemini':
      return {
        name: `models/${id}`,
        version: '001',
        displayName: id,
        inputTokenLimit: 1_048_576,
        outputTokenLimit: 65_536,
        supportedGenerationMethods: id.includes('embedding')
          ? ['embedContent']
          : ['generateContent', 'countTokens'],
      }
  }
}

/** An error in the words of a provider, where no endpoint of its own is at hand. */
export function providerFailure(provider: Provider, failure: Failure): Reply {
  switch (provider) {
    case 'openai':
      return openAiFailure(failure, '', 'chat')
    case 'groq':
      return groqFailure(failure, '')
    case 'anthropic':
      return anthropicFailure(failure, '')
    case 'gemini':
      return geminiFailure(failure, { model: '', stream: false })
  }
}
