import type {
  AnswerBlock,
  ChatCompletionRequest,
  ChatMessage,
  MessageBlock,
  MessagesInput,
  MessagesMessage,
} from '@brainlyx/router-contract'
import { unsupportedHere } from '../admit/unsupported-here.ts'
import { givenResult } from './given-result.ts'
import { shownParts } from './shown-parts.ts'
import type { ShownBlock, UserPart } from './shown-parts.ts'
import { textPart } from './text-part.ts'

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
  const said = Array.isArray(content) ? content.filter(isForModels).map(textPart) : content
  return said == null || said.length === 0 ? [] : [{ role: 'system', content: said }]
}

/** Claude Code says first which it is, to Anthropic's bills; each version would begin another prompt. */
function isForModels({ text }: { readonly text: string }): boolean {
  return !text.startsWith('x-anthropic-billing-header:')
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
      const { message, shown } = givenResult(block)
      results.push(message)
      said.push(...shown.flatMap((part) => shownParts(part, `${at}.content`)))
    } else said.push(...shownParts(shownBlock(block, at), at))
  }
  return said.length === 0 ? results : [...results, { role: 'user', content: said }]
}

/** @throws {ServiceError} for what only an answer says */
function shownBlock(block: MessageBlock, path: string): ShownBlock {
  switch (block.type) {
    case 'text':
    case 'image':
    case 'document':
    case 'search_result':
      return block
    default:
      throw unsupportedHere(`${path}.type`, `A user says no \`${block.type}\`.`)
  }
}

function assistantMessage(blocks: readonly MessageBlock[], path: string): ChatMessage {
  const own = blocks.flatMap((block, index) => answerBlock(block, `${path}[${index}]`))
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

/**
 * What Anthropic's servers ran in an answer that came past the router is left out: others cannot read it, and what it led
 * to is told.
 * @throws {ServiceError} for what only a user says
 */
function answerBlock(block: MessageBlock, path: string): AnswerBlock[] {
  switch (block.type) {
    case 'text':
    case 'tool_use':
    case 'thinking':
    case 'redacted_thinking':
      return [block]
    case 'compaction':
      return block.content == null ? [] : [{ type: 'text', text: block.content }]
    case 'image':
    case 'document':
    case 'search_result':
    case 'tool_result':
      throw unsupportedHere(`${path}.type`, `An answer has no \`${block.type}\`.`)
    default:
      return []
  }
}
