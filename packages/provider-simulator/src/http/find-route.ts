import { anthropic } from '../wire/anthropic/anthropic.wire.ts'
import { gemini } from '../wire/gemini/gemini.wire.ts'
import { groq } from '../wire/groq/groq.wire.ts'
import { openAiChat } from '../wire/openai-chat/openai-chat.wire.ts'
import { openAiResponses } from '../wire/openai-responses/openai-responses.wire.ts'
import type { ChatTarget, Provider, Wire } from '../wire/wire.ts'

export type Route =
  | { kind: 'chat'; wire: Wire; target: ChatTarget }
  | { kind: 'openai-embeddings' }
  | { kind: 'gemini-embeddings'; model: string; batch: boolean }
  | { kind: 'models'; provider: Provider; name: string | undefined }
  | { kind: 'control'; path: string }
  | { kind: 'unknown'; provider: Provider; path: string }

const noTarget: ChatTarget = { model: '', stream: false }
const chatPaths = new Map<string, Wire>(
  [openAiChat, openAiResponses, groq, anthropic].map((wire) => [wire.endpoint, wire]),
)

/**
 * Which provider and endpoint a request means. OpenAI and Anthropic share `/v1/models`: Anthropic's clients send
 * `anthropic-version`.
 */
export function findRoute(method: string, url: string, saysAnthropic: boolean): Route {
  const path = decoded(url.split('?', 1)[0] ?? '/')
  if (path.startsWith('/__simulator/')) return { kind: 'control', path: path.slice(12) }
  if (method === 'POST') {
    const wire = chatPaths.get(path)
    if (wire !== undefined) return { kind: 'chat', wire, target: noTarget }
    if (path === '/v1/embeddings') return { kind: 'openai-embeddings' }
    const call = /^\/v1(?:beta|alpha)?\/models\/(.+):(\w+)$/.exec(path)
    if (call !== null) return geminiRoute(call[1] ?? '', call[2] ?? '', path)
  }
  const provider = providerOf(path, saysAnthropic)
  const list = /^\/(?:openai\/)?v1(?:beta|alpha)?\/models(?:\/(.+))?$/.exec(path)
  if (method === 'GET' && list !== null) return { kind: 'models', provider, name: list[1] }
  return { kind: 'unknown', provider, path: `${method} ${path}` }
}

function geminiRoute(model: string, method: string, path: string): Route {
  switch (method) {
    case 'generateContent':
      return { kind: 'chat', wire: gemini, target: { model, stream: false } }
    case 'streamGenerateContent':
      return { kind: 'chat', wire: gemini, target: { model, stream: true } }
    case 'embedContent':
      return { kind: 'gemini-embeddings', model, batch: false }
    case 'batchEmbedContents':
      return { kind: 'gemini-embeddings', model, batch: true }
    default:
      return { kind: 'unknown', provider: 'gemini', path: `POST ${path}` }
  }
}

function providerOf(path: string, saysAnthropic: boolean): Provider {
  if (path.startsWith('/openai/')) return 'groq'
  if (path.startsWith('/v1beta') || path.startsWith('/v1alpha')) return 'gemini'
  return saysAnthropic || path.startsWith('/v1/messages') ? 'anthropic' : 'openai'
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
