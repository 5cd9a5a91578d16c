import { attachmentOfBase64, attachmentOfUrl } from '../../answer/attachment.ts'
import type { Attachment } from '../../answer/attachment.ts'
import { numberOf, objectOf, objectsOf, textOf } from '../../answer/json-value.ts'
import type { JsonObject } from '../../answer/json-value.ts'
import type { ResponseFormat } from '../../answer/simulated-answer.ts'
import type { ToolChoice, ToolDefinition } from '../../answer/tool-choice.ts'
import { turnOf } from '../../conversation/conversation.ts'
import type { Conversation, Turn } from '../../conversation/conversation.ts'
import { RejectedRequest } from '../failure.ts'
import type { ChatRequest } from '../wire.ts'

const roles = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function'])

/** Reads a Chat Completions request, OpenAI's or Groq's. @throws RejectedRequest */
export function readChatRequest(body: JsonObject): ChatRequest {
  const model = textOf(body['model'])
  if (model === '') throw new RejectedRequest('you must provide a model parameter')
  const messages = body['messages']
  if (!Array.isArray(messages)) {
    throw new RejectedRequest("Missing required parameter: 'messages'.", 'messages')
  }
  if (messages.length === 0) {
    throw new RejectedRequest(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'messages',
    )
  }
  return {
    model,
    stream: body['stream'] === true,
    conversation: readConversation(body, objectsOf(messages)),
    body,
  }
}

function readConversation(body: JsonObject, messages: JsonObject[]): Conversation {
  const system: string[] = []
  const turns: Turn[] = []
  let openCalls = false
  for (const [index, message] of messages.entries()) {
    const role = textOf(message['role'])
    if (!roles.has(role)) {
      throw new RejectedRequest(
        `Invalid value: '${role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.`,
        `messages[${index}].role`,
      )
    }
    if (role === 'system' || role === 'developer') system.push(contentText(message['content']))
    else if (role === 'tool' || role === 'function') {
      if (!openCalls) {
        throw new RejectedRequest(
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
          `messages.[${index}].role`,
        )
      }
      turns.push(turnOf('tool', contentText(message['content'])))
    } else {
      turns.push(readTurn(role, message))
      openCalls = role === 'assistant' && objectsOf(message['tool_calls']).length > 0
    }
  }
  const stop = body['stop']
  return {
    system: system.join('\n'),
    turns,
    tools: objectsOf(body['tools']).map(readTool),
    toolChoice: readToolChoice(body['tool_choice']),
    parallelToolCalls: body['parallel_tool_calls'] !== false,
    responseFormat: readFormat(objectOf(body['response_format'])),
    maxTokens: numberOf(body['max_completion_tokens']) ?? numberOf(body['max_tokens']),
    stopSequences: (Array.isArray(stop) ? stop : [stop]).filter((each) => typeof each === 'string'),
    reasoning: 'auto',
    cachedPrefix: undefined,
  }
}

function readTurn(role: string, message: JsonObject): Turn {
  if (role === 'assistant') {
    const calls = objectsOf(message['tool_calls'])
    return turnOf('assistant', contentText(message['content']), {
      calls: calls.length === 0 ? '' : JSON.stringify(calls.map((call) => call['function'])),
    })
  }
  return turnOf('user', contentText(message['content']), {
    attachments: objectsOf(message['content']).flatMap(readAttachment),
  })
}

/** The text of a string or of parts; refusals of earlier answers count as text. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  return objectsOf(content)
    .map((part) => textOf(part['text']) || textOf(part['refusal']))
    .filter((text) => text !== '')
    .join('\n')
}

function readAttachment(part: JsonObject): Attachment[] {
  if (part['type'] === 'image_url')
    return [attachmentOfUrl(textOf(objectOf(part['image_url'])['url']))]
  if (part['type'] === 'file') return [attachmentOfUrl(textOf(objectOf(part['file'])['file_data']))]
  if (part['type'] === 'input_audio') {
    const audio = objectOf(part['input_audio'])
    return [attachmentOfBase64(`audio/${textOf(audio['format'])}`, textOf(audio['data']))]
  }
  return []
}

function readTool(tool: JsonObject): ToolDefinition {
  const definition = objectOf(tool['function'])
  return { name: textOf(definition['name']), parameters: definition['parameters'] }
}

function readToolChoice(choice: unknown): ToolChoice {
  if (choice === 'none' || choice === 'required') return choice
  const name = textOf(objectOf(objectOf(choice)['function'])['name'])
  return name === '' ? 'auto' : { name }
}

function readFormat(format: JsonObject): ResponseFormat {
  if (format['type'] === 'json_object') return { kind: 'json' }
  if (format['type'] !== 'json_schema') return { kind: 'text' }
  return { kind: 'json-schema', schema: objectOf(format['json_schema'])['schema'] }
}
