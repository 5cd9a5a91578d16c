import type Anthropic from '@anthropic-ai/sdk'
import type { ChatMessage } from '@brainlyx/router-contract'
import { textOfContent } from '../wire-value/message-text.ts'
import { cacheControl, textBlocks } from './build-content.ts'
import { takesReferences } from './claude-generation.ts'
import { takenId } from './taken-id.ts'

type ToolMessage = Extract<ChatMessage, { role: 'tool' }>

export function toolResult(message: ToolMessage, model: string): Anthropic.ToolResultBlockParam {
  const { content } = message
  return {
    type: 'tool_result',
    tool_use_id: takenId(message.tool_call_id),
    content: takesReferences(model) ? withReferences(content) : textOfContent(content),
    ...(typeof content === 'string' ? {} : cacheControl(content.at(-1))),
    ...(message.is_error === true ? { is_error: true } : {}),
  }
}

/** Tools that were deferred are made known by references to them alone, not by words. */
function withReferences(
  content: ToolMessage['content'],
): NonNullable<Anthropic.ToolResultBlockParam['content']> {
  if (typeof content === 'string' || content.every(({ type }) => type === 'text')) {
    return textOfContent(content)
  }
  return content.flatMap((part): (Anthropic.TextBlockParam | Anthropic.ToolReferenceBlockParam)[] =>
    part.type === 'tool_reference'
      ? [{ type: 'tool_reference', tool_name: part.tool_name }]
      : textBlocks([{ type: 'text', text: part.text }]),
  )
}
