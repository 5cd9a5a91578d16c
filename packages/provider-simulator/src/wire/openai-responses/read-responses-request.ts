import { attachmentOfUrl } from '../../answer/attachment.ts'
import { isObject, numberOf, objectOf, objectsOf, textOf } from '../../answer/json-value.ts'
import type { JsonObject } from '../../answer/json-value.ts'
import type { ResponseFormat } from '../../answer/simulated-answer.ts'
import type { ToolChoice } from '../../answer/tool-choice.ts'
import { turnOf } from '../../conversation/conversation.ts'
import type { Conversation, Turn } from '../../conversation/conversation.ts'
import { RejectedRequest } from '../failure.ts'
import { contentText } from '../openai-chat/read-chat-request.ts'
import type { ChatRequest } from '../wire.ts'

/** Reads a Responses request: `input` as text or as items. @throws RejectedRequest */
export function readResponsesRequest(body: JsonObject): ChatRequest {
  const model = textOf(body['model'])
  if (model === '') throw new RejectedRequest("Missing required parameter: 'model'.", 'model')
  const input = body['input']
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : objectsOf(input)
  if (items.length === 0) throw new RejectedRequest("Missing required parameter: 'input'.", 'input')
  return {
    model,
    stream: body['stream'] === true,
    conversation: readConversation(body, items),
    body,
  }
}

function readConversation(body: JsonObject, items: JsonObject[]): Conversation {
  const system = [textOf(body['instructions'])]
  const turns: Turn[] = []
  for (const item of items) {
    const role = textOf(item['role'])
    if (role === 'system' || role === 'developer') system.push(contentText(item['content']))
    else turns.push(...readItem(item, role))
  }
  const reasoning = objectOf(body['reasoning'])
  const effort = textOf(reasoning['effort'])
  return {
    system: system.filter((text) => text !== '').join('\n'),
    turns,
    tools: objectsOf(body['tools'])
      .filter((tool) => tool['type'] === 'function')
      .map((tool) => ({ name: textOf(tool['name']), parameters: tool['parameters'] })),
    toolChoice: readToolChoice(body['tool_choice']),
    parallelToolCalls: body['parallel_tool_calls'] !== false,
    responseFormat: readFormat(objectOf(objectOf(body['text'])['format'])),
    maxTokens: numberOf(body['max_output_tokens']),
    stopSequences: [],
    reasoning:
      effort === 'none' ? 'off' : effort === '' && !isObject(body['reasoning']) ? 'auto' : 'on',
    cachedPrefix: undefined,
  }
}

function readItem(item: JsonObject, role: string): Turn[] {
  switch (item['type']) {
    case 'function_call_output':
      return [turnOf('tool', textOf(item['output']) || contentText(item['output']))]
    case 'function_call':
      return [
        turnOf('assistant', '', { calls: `${textOf(item['name'])}${textOf(item['arguments'])}` }),
      ]
    case 'reasoning':
      return []
    default:
      break
  }
  if (role === 'assistant') return [turnOf('assistant', contentText(item['content']))]
  if (role !== 'user') {
    throw new RejectedRequest(
      `Invalid value: '${role}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.`,
      'input',
    )
  }
  const attachments = objectsOf(item['content']).flatMap((part) => {
    if (part['type'] === 'input_image') return [attachmentOfUrl(textOf(part['image_url']))]
    if (part['type'] === 'input_file') return [attachmentOfUrl(textOf(part['file_data']))]
    return []
  })
  return [turnOf('user', contentText(item['content']), { attachments })]
}

function readToolChoice(choice: unknown): ToolChoice {
  if (choice === 'none' || choice === 'required') return choice
  const name = textOf(objectOf(choice)['name'])
  return name === '' ? 'auto' : { name }
}

function readFormat(format: JsonObject): ResponseFormat {
  if (format['type'] === 'json_object') return { kind: 'json' }
  if (format['type'] !== 'json_schema') return { kind: 'text' }
  return { kind: 'json-schema', schema: format['schema'] }
}
