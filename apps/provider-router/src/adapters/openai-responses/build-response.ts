import type { ChatCompletionRequest, ChatMessage } from '@brainlyx/router-contract'
import type OpenAI from 'openai'
import type { ProviderCall } from '../provider-adapter.ts'
import { textOfContent } from '../wire-value/message-text.ts'

export type ResponseBody = Omit<OpenAI.Responses.ResponseCreateParams, 'stream'>
type InputItem = OpenAI.Responses.ResponseInputItem

/** A chat completion's request as the Responses API takes it. Nothing is kept at OpenAI (`store: false`). */
export function buildResponse({ request, target }: ProviderCall): ResponseBody {
  const limit = request.max_completion_tokens ?? request.max_tokens
  return {
    model: target.model,
    input: request.messages.flatMap(toItems),
    store: false,
    ...(limit == null ? {} : { max_output_tokens: Math.max(16, limit) }),
    ...(request.temperature == null ? {} : { temperature: request.temperature }),
    ...(request.top_p == null ? {} : { top_p: request.top_p }),
    ...(request.user == null ? {} : { user: request.user }),
    ...(request.parallel_tool_calls == null
      ? {}
      : { parallel_tool_calls: request.parallel_tool_calls }),
    ...reasoningOption(request),
    ...toolOptions(request),
    ...formatOption(request),
  }
}

function toItems(message: ChatMessage): InputItem[] {
  switch (message.role) {
    case 'system':
    case 'developer':
      return [{ role: message.role, content: textOfContent(message.content) }]
    case 'user':
      return [{ role: 'user', content: userContent(message.content) }]
    case 'tool':
      return [
        {
          type: 'function_call_output',
          call_id: message.tool_call_id,
          output: textOfContent(message.content),
        },
      ]
    case 'assistant': {
      const text = textOfContent(message.content)
      const calls = (message.tool_calls ?? []).map((call): InputItem => ({
        type: 'function_call',
        call_id: call.id,
        name: call.function.name,
        arguments: call.function.arguments,
      }))
      return text === '' ? calls : [{ role: 'assistant', content: text }, ...calls]
    }
  }
}

function userContent(
  content: Extract<ChatMessage, { role: 'user' }>['content'],
): string | OpenAI.Responses.ResponseInputMessageContentList {
  if (typeof content === 'string') return content
  return content.map((part) => {
    if (part.type === 'text') return { type: 'input_text', text: part.text }
    if (part.type === 'image_url') {
      return {
        type: 'input_image',
        image_url: part.image_url.url,
        detail: part.image_url.detail ?? 'auto',
      }
    }
    const { filename, file_data, file_id } = part.file
    return {
      type: 'input_file',
      ...(filename === undefined ? {} : { filename }),
      ...(file_data === undefined ? {} : { file_data }),
      ...(file_id === undefined ? {} : { file_id }),
    }
  })
}

function reasoningOption(request: ChatCompletionRequest): Partial<ResponseBody> {
  if (request.reasoning_effort == null) return {}
  return { reasoning: { effort: request.reasoning_effort, summary: 'auto' } }
}

function toolOptions(request: ChatCompletionRequest): Partial<ResponseBody> {
  if (request.tools == null || request.tools.length === 0) return {}
  const tools = request.tools.map(({ function: definition }) => ({
    type: 'function' as const,
    name: definition.name,
    description: definition.description ?? null,
    parameters: definition.parameters ?? { type: 'object', properties: {} },
    strict: definition.strict ?? false,
  }))
  const choice = request.tool_choice
  if (choice == null) return { tools }
  return {
    tools,
    tool_choice:
      typeof choice === 'string' ? choice : { type: 'function', name: choice.function.name },
  }
}

function formatOption(request: ChatCompletionRequest): Partial<ResponseBody> {
  const format = request.response_format
  if (format == null || format.type === 'text') return {}
  if (format.type === 'json_object') return { text: { format: { type: 'json_object' } } }
  const { name, schema = {}, strict } = format.json_schema
  return { text: { format: { type: 'json_schema', name, schema, strict: strict ?? null } } }
}
