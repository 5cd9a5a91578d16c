import type {
  AnswerBlock,
  ChatCompletionRequest,
  ChatMessage,
  MessageBlock,
  MessagesInput,
  MessagesMessage,
} from '@brainlyx/router-contract'
import { unsupportedHere } from '../admit/unsupported-here.ts'

type UserPart = Exclude<Extract<ChatMessage, { role: 'user' }>['content'], string>[number]
type ShownBlock = Extract<MessageBlock, { type: 'text' | 'image' | 'document' }>

/**
 * The conversation of a Messages request. There the results of tools are a part of what the user says; in a chat
 * completion each is a message, and what else was said follows them, pictures and files among results too.
 * @throws {ServiceError} 400 `unsupported-option`
 */
export function inputMessages(
  system: MessagesInput['system'],
  messages: readonly MessagesMessage[],
): ChatCompletionRequest['messages'] {
  return [
    ...systemMessage(system),
    ...messages.flatMap(({ role, content }, index) => {
      if (role === 'system') return systemMessage(textBlocksOf(content))
      if (typeof content === 'string') return [{ role, content }]
      const path = `messages[${index}].content`
      return role === 'user' ? userMessages(content, path) : [assistantMessage(content, path)]
    }),
  ]
}

function systemMessage(content: MessagesInput['system']): ChatMessage[] {
  if (content == null || content.length === 0) return []
  return [
    { role: 'system', content: typeof content === 'string' ? content : content.map(textPart) },
  ]
}

function textBlocksOf(content: MessagesMessage['content']): MessagesInput['system'] {
  return typeof content === 'string' ? content : content.filter((block) => block.type === 'text')
}

function userMessages(blocks: readonly MessageBlock[], path: string): ChatMessage[] {
  const results: ChatMessage[] = []
  const said: UserPart[] = []
  for (const [index, block] of blocks.entries()) {
    const at = `${path}[${index}]`
    if (block.type === 'tool_result') {
      const content = typeof block.content === 'string' ? [text(block.content)] : block.content
      const shown = content ?? []
      const words = shown.filter((part) => part.type === 'text')
      results.push({
        role: 'tool',
        tool_call_id: block.tool_use_id,
        content: marked(words.map(textPart), block.cache_control),
      })
      const others = shown.filter((part) => part.type !== 'text')
      said.push(...others.flatMap((part) => shownParts(part, `${at}.content`)))
    } else said.push(...shownParts(shownBlock(block, at), at))
  }
  return said.length === 0 ? results : [...results, { role: 'user', content: said }]
}

/** The last part bears the mark of the whole. */
function marked(parts: TextPart[], mark: ShownBlock['cache_control']): string | TextPart[] {
  const last = parts.at(-1)
  if (mark != null && last !== undefined) last.cache_control = mark
  return parts.some((part) => part.cache_control != null)
    ? parts
    : parts.map((part) => part.text).join('')
}

interface TextPart {
  type: 'text'
  text: string
  cache_control?: NonNullable<ShownBlock['cache_control']>
  [more: string]: unknown
}

function text(words: string): Extract<ShownBlock, { type: 'text' }> {
  return { type: 'text', text: words }
}

function textPart(block: Extract<ShownBlock, { type: 'text' }>): TextPart {
  return { type: 'text', text: block.text, ...markOf(block) }
}

function markOf({ cache_control: mark }: ShownBlock): Pick<TextPart, 'cache_control'> {
  return mark == null ? {} : { cache_control: mark }
}

/** @throws {ServiceError} for what only an answer says */
function shownBlock(block: MessageBlock, path: string): ShownBlock {
  if (block.type === 'text' || block.type === 'image' || block.type === 'document') return block
  throw unsupportedHere(`${path}.type`, `A user says no \`${block.type}\`.`)
}

function shownParts(block: ShownBlock, path: string): UserPart[] {
  if (block.type === 'text') return [textPart(block)]
  const { source } = block
  switch (source.type) {
    case 'file':
      throw unsupportedHere(`${path}.source`, 'Nothing is uploaded here: send it in the request.')
    case 'text':
      return [{ ...textPart(text(source.data)), ...markOf(block) }]
    case 'content': {
      const content = typeof source.content === 'string' ? [text(source.content)] : source.content
      return content.flatMap((part) => shownParts(part, `${path}.source.content`))
    }
    default: {
      const url =
        source.type === 'url' ? source.url : `data:${source.media_type};base64,${source.data}`
      if (block.type === 'image') {
        return [{ type: 'image_url', image_url: { url }, ...markOf(block) }]
      }
      const filename = block.title ?? 'document.pdf'
      return [{ type: 'file', file: { filename, file_data: url }, ...markOf(block) }]
    }
  }
}

function assistantMessage(blocks: readonly MessageBlock[], path: string): ChatMessage {
  const own = blocks.map((block, index) => answerBlock(block, `${path}[${index}]`))
  const text = own.map((block) => (block.type === 'text' ? block.text : '')).join('')
  const calls = own.flatMap((block) =>
    block.type === 'tool_use'
      ? [
          {
            id: block.id,
            type: 'function' as const,
            function: { name: block.name, arguments: JSON.stringify(block.input) },
          },
        ]
      : [],
  )
  const hasThoughts = own.some(({ type }) => type !== 'text' && type !== 'tool_use')
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(hasThoughts ? { answer_blocks: own } : {}),
  }
}

/** @throws {ServiceError} for what only a user says */
function answerBlock(block: MessageBlock, path: string): AnswerBlock {
  switch (block.type) {
    case 'text':
    case 'tool_use':
    case 'thinking':
    case 'redacted_thinking':
      return block
    default:
      throw unsupportedHere(`${path}.type`, `An answer has no \`${block.type}\`.`)
  }
}
