import { attachmentOfBase64 } from '../../answer/attachment.ts'
import type { Attachment } from '../../answer/attachment.ts'
import { isObject, numberOf, objectOf, objectsOf, textOf } from '../../answer/json-value.ts'
import type { JsonObject } from '../../answer/json-value.ts'
import type { ToolChoice } from '../../answer/tool-choice.ts'
import { turnOf } from '../../conversation/conversation.ts'
import type { Conversation, Turn } from '../../conversation/conversation.ts'
import { RejectedRequest } from '../failure.ts'
import type { ChatRequest } from '../wire.ts'

/** Reads a Messages request, refusing what Anthropic refuses. @throws RejectedRequest */
export function readMessagesRequest(body: JsonObject): ChatRequest {
  const model = textOf(body['model'])
  if (model === '') throw new RejectedRequest('model: Field required')
  if (numberOf(body['max_tokens']) === undefined) {
    throw new RejectedRequest('max_tokens: Field required')
  }
  const messages = objectsOf(body['messages'])
  if (messages.length === 0) throw new RejectedRequest('messages: at least one message is required')
  const turns = messages.flatMap(readTurns)
  const last = turns.at(-1)
  if (last?.role === 'assistant' && last.calls === '' && last.text !== last.text.trimEnd()) {
    throw new RejectedRequest(
      'messages: final assistant content cannot end with trailing whitespace',
    )
  }
  return {
    model,
    stream: body['stream'] === true,
    conversation: readConversation(body, turns),
    body,
  }
}

function readConversation(body: JsonObject, turns: Turn[]): Conversation {
  const choice = objectOf(body['tool_choice'])
  const thinking = textOf(objectOf(body['thinking'])['type'])
  const format = objectOf(objectOf(body['output_config'])['format'])
  return {
    system: blocksText(body['system']),
    turns,
    tools: objectsOf(body['tools']).map((tool) => ({
      name: textOf(tool['name']),
      parameters: tool['input_schema'],
    })),
    toolChoice: readToolChoice(choice),
    parallelToolCalls: choice['disable_parallel_tool_use'] !== true,
    responseFormat:
      format['type'] === 'json_schema'
        ? { kind: 'json-schema', schema: format['schema'] }
        : { kind: 'text' },
    maxTokens: numberOf(body['max_tokens']),
    stopSequences: Array.isArray(body['stop_sequences'])
      ? body['stop_sequences'].filter((each) => typeof each === 'string')
      : [],
    reasoning: thinking === 'disabled' ? 'off' : thinking === '' ? 'auto' : 'on',
    cachedPrefix: readCachedPrefix(body),
  }
}

// A user message holding tool results becomes a turn of the tool for each, then one of the user where text follows.
function readTurns(message: JsonObject, index: number): Turn[] {
  const role = textOf(message['role'])
  if (role !== 'user' && role !== 'assistant') {
    throw new RejectedRequest(
      `messages: Unexpected role "${role}". The Messages API accepts a top-level \`system\` parameter, not "${role}" as an input message role.`,
    )
  }
  const text = blocksText(message['content'])
  const blocks = objectsOf(message['content'])
  if (text === '' && blocks.length === 0) {
    throw new RejectedRequest(`messages.${index}: ${role} messages must have non-empty content`)
  }
  if (role === 'assistant') {
    const calls = blocks.filter((block) => block['type'] === 'tool_use')
    return [
      turnOf('assistant', text, {
        calls:
          calls.length === 0
            ? ''
            : JSON.stringify(calls.map((call) => [call['name'], call['input']])),
      }),
    ]
  }
  const results = blocks
    .filter((block) => block['type'] === 'tool_result')
    .map((block) => turnOf('tool', blocksText(block['content'])))
  const attachments = blocks.flatMap(readAttachment)
  const says = text !== '' || attachments.length > 0
  return says ? [...results, turnOf('user', text, { attachments })] : results
}

function blocksText(content: unknown): string {
  if (typeof content === 'string') return content
  return objectsOf(content)
    .filter((block) => block['type'] === 'text')
    .map((block) => textOf(block['text']))
    .join('\n')
}

function readAttachment(block: JsonObject): Attachment[] {
  if (block['type'] !== 'image' && block['type'] !== 'document') return []
  const source = objectOf(block['source'])
  if (source['type'] === 'url') return [{ mediaType: 'image/*', url: textOf(source['url']) }]
  return [attachmentOfBase64(textOf(source['media_type']), textOf(source['data']))]
}

function readToolChoice(choice: JsonObject): ToolChoice {
  switch (choice['type']) {
    case 'none':
      return 'none'
    case 'any':
      return 'required'
    case 'tool':
      return { name: textOf(choice['name']) }
    default:
      return 'auto'
  }
}

/** Everything up to the last block that carries `cache_control`: tools, then system, then messages. */
function readCachedPrefix(body: JsonObject): string | undefined {
  const pieces: { text: string; marked: boolean }[] = []
  const add = (value: unknown): void => {
    const marked = isObject(value) && isObject(value['cache_control'])
    pieces.push({ text: typeof value === 'string' ? value : JSON.stringify(value), marked })
  }
  for (const tool of objectsOf(body['tools'])) add(tool)
  for (const block of blocksOf(body['system'])) add(block)
  for (const message of objectsOf(body['messages'])) {
    for (const block of blocksOf(message['content'])) add(block)
  }
  const last = pieces.findLastIndex((piece) => piece.marked)
  if (last < 0) return undefined
  return pieces
    .slice(0, last + 1)
    .map((piece) => piece.text)
    .join('\n')
}

function blocksOf(content: unknown): unknown[] {
  return Array.isArray(content) ? content : typeof content === 'string' ? [content] : []
}
