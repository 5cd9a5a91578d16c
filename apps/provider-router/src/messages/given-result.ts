import type { ChatMessage, MessageBlock } from '@brainlyx/router-contract'
import { foundText, textOnly } from './shown-parts.ts'
import type { ShownBlock } from './shown-parts.ts'
import { markOf, textPart } from './text-part.ts'

type ToolMessage = Extract<ChatMessage, { role: 'tool' }>
type ResultPart = Exclude<ToolMessage['content'], string>[number]
type ResultBlock = Extract<MessageBlock, { type: 'tool_result' }>
type GivenBlock = Exclude<NonNullable<ResultBlock['content']>, string>[number]

/** What a tool gave: a message of its own in a chat completion, and what can only be shown, beside it. */
export function givenResult(block: ResultBlock): { message: ToolMessage; shown: ShownBlock[] } {
  const given = typeof block.content === 'string' ? [textOnly(block.content)] : block.content
  const blocks = given ?? []
  return {
    message: {
      role: 'tool',
      tool_call_id: block.tool_use_id,
      content: marked(blocks.flatMap(wordsOf), block.cache_control),
      ...(block.is_error === true ? { is_error: true } : {}),
    },
    shown: blocks.filter((part) => part.type === 'image' || part.type === 'document'),
  }
}

function wordsOf(block: GivenBlock): ResultPart[] {
  switch (block.type) {
    case 'text':
      return [textPart(block)]
    case 'search_result':
      return [{ ...textPart(foundText(block)), ...markOf(block) }]
    case 'tool_reference':
      return [
        {
          type: 'tool_reference',
          tool_name: block.tool_name,
          text: `The tool ${block.tool_name} can be called now.\n`,
        },
      ]
    default:
      return []
  }
}

/** The last part bears the mark of the whole. */
function marked(parts: ResultPart[], mark: ResultBlock['cache_control']): ToolMessage['content'] {
  const last = parts.at(-1)
  if (mark != null && last !== undefined) last['cache_control'] = mark
  return parts.every((part) => part.type === 'text' && part['cache_control'] == null)
    ? parts.map((part) => part.text).join('')
    : parts
}
