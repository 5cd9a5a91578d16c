import type { ChatMessage } from '@brainlyx/router-contract'
import type OpenAI from 'openai'
import { sealedAnswer } from './sealed-answer.ts'
import { assistantText, textOfContent } from '../wire-value/message-text.ts'

type InputItem = OpenAI.Responses.ResponseInputItem

/** A message of a chat completion as the Responses API has it: a call and its result are items of their own. */
export function inputItems(message: ChatMessage): InputItem[] {
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
      const sealed = sealedAnswer(message)
      if (sealed !== undefined) return sealed
      const text = assistantText(message)
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
  return content.flatMap((part): OpenAI.Responses.ResponseInputMessageContentList => {
    if (part.type === 'text') return [{ type: 'input_text', text: part.text }]
    if (part.type === 'image_url') {
      const { url, detail } = part.image_url
      return [{ type: 'input_image', image_url: url, detail: detail ?? 'auto' }]
    }
    if (part.type === 'file') return [fileItem(part.file)]
    return [] // sound, which nobody sends here: see unsupported-option.ts
  })
}

function fileItem(file: {
  filename?: string
  file_data?: string
  file_id?: string
}): OpenAI.Responses.ResponseInputFile {
  const { filename, file_data, file_id } = file
  return {
    type: 'input_file',
    ...(filename === undefined ? {} : { filename }),
    ...(file_data === undefined ? {} : dataOrUrl(file_data)),
    ...(file_id === undefined ? {} : { file_id }),
  }
}

function dataOrUrl(data: string): { file_data: string } | { file_url: string } {
  return /^https?:/.test(data) ? { file_url: data } : { file_data: data }
}
