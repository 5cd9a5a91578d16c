import type { ChatCompletionRequest, ChatMessage } from '@brainlyx/router-contract'
import type { ProviderCall } from '../provider-adapter.ts'
import { parseDataUrl } from '../wire-value/data-url.ts'
import { formatInWords } from '../wire-value/format-in-words.ts'
import { argumentsObject, assistantText, textOfContent } from '../wire-value/message-text.ts'
import { sayableMessages } from '../wire-value/sayable-messages.ts'
import { generationConfig } from './build-generation-config.ts'
import { takesFormat } from './takes-format.ts'
import { toolOptions } from './build-tools.ts'

interface GeminiContent {
  readonly role: 'user' | 'model'
  readonly parts: object[]
}

/** An OpenAI-shaped request as `generateContent` takes it. The SDK's types lack the newer fields. */
export function buildContent(call: ProviderCall): object {
  const { request } = call
  const messages = sayableMessages(request.messages)
  const system = [
    ...messages.flatMap((message) =>
      message.role === 'system' || message.role === 'developer'
        ? [textOfContent(message.content)]
        : [],
    ),
    request.response_format == null || takesFormat(call)
      ? ''
      : formatInWords(request.response_format),
  ].filter((text) => text !== '')
  const names = toolNames(request)
  return {
    contents: mergeRoles(
      messages.flatMap((message) => toContent(message, names, call.target.model)),
    ),
    ...(system.length === 0
      ? {}
      : { systemInstruction: { parts: system.map((text) => ({ text })) } }),
    generationConfig: generationConfig(call),
    ...toolOptions(request),
  }
}

function toContent(
  message: ChatMessage,
  names: ReadonlyMap<string, string>,
  model: string,
): GeminiContent[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', parts: userParts(message.content) }]
    case 'tool': {
      const name = names.get(message.tool_call_id) ?? message.tool_call_id
      const said = textOfContent(message.content)
      const response = message.is_error === true ? { error: said } : { output: said }
      return [{ role: 'user', parts: [{ functionResponse: { name, response } }] }]
    }
    case 'assistant': {
      const text = assistantText(message)
      const calls = (message.tool_calls ?? []).map((toolCall, index) => ({
        functionCall: {
          name: toolCall.function.name,
          args: argumentsObject(toolCall.function.arguments),
        },
        ...signatureOf(toolCall, index, model),
      }))
      const parts = [...(text === '' ? [] : [{ text }]), ...calls]
      return parts.length === 0 ? [] : [{ role: 'model', parts }]
    }
    default:
      return []
  }
}

function userParts(content: Extract<ChatMessage, { role: 'user' }>['content']): object[] {
  if (typeof content === 'string') return [{ text: content }]
  return content.flatMap((part): object[] => {
    if (part.type === 'text') return part.text === '' ? [] : [{ text: part.text }]
    if (part.type === 'input_audio') {
      const { data, format } = part.input_audio
      return [{ inlineData: { mimeType: `audio/${format}`, data } }]
    }
    const url = part.type === 'image_url' ? part.image_url.url : part.file.file_data
    if (url === undefined) return []
    const data = parseDataUrl(url)
    return data === undefined
      ? [{ fileData: { fileUri: url } }]
      : [{ inlineData: { mimeType: data.mediaType, data: data.base64 } }]
  })
}

/**
 * Gemini 3 refuses a function call that comes back without its thought signature. Callers may hand it back as Google's
 * own OpenAI-compatible API does (`extra_content`); for the rest Google documents a word that skips the check.
 */
function signatureOf(toolCall: Record<string, unknown>, index: number, model: string): object {
  const extra = toolCall['extra_content'] as { google?: { thought_signature?: string } } | undefined
  const given = extra?.google?.thought_signature
  if (given !== undefined) return { thoughtSignature: given }
  return index === 0 && model.startsWith('gemini-3')
    ? { thoughtSignature: 'skip_thought_signature_validator' }
    : {}
}

/** A result names its call by id, Gemini wants the function's name. */
function toolNames(request: ChatCompletionRequest): Map<string, string> {
  const names = new Map<string, string>()
  for (const message of request.messages) {
    if (message.role !== 'assistant') continue
    for (const toolCall of message.tool_calls ?? []) names.set(toolCall.id, toolCall.function.name)
  }
  return names
}

/** Roles must alternate, and results of parallel calls stand together. */
function mergeRoles(contents: GeminiContent[]): GeminiContent[] {
  const merged: GeminiContent[] = []
  for (const content of contents) {
    const last = merged.at(-1)
    if (last?.role === content.role) last.parts.push(...content.parts)
    else merged.push(content)
  }
  return merged
}
