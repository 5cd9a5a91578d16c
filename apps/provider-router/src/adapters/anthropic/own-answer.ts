import type Anthropic from '@anthropic-ai/sdk'
import type { AnswerBlock, ChatMessage } from '@brainlyx/router-contract'
import { cacheControl } from './build-content.ts'
import { takenId } from './taken-id.ts'

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>

/**
 * An answer with signed thoughts as Anthropic said it, which wants them back unaltered and where they stood; undefined:
 * there are none. Thoughts of other providers bear no signature, and are left out.
 */
export function ownAnswer(message: AssistantMessage): Anthropic.ContentBlockParam[] | undefined {
  const blocks = message.answer_blocks ?? []
  return blocks.some(isSigned) ? blocks.flatMap(ownBlock) : undefined
}

function isSigned(block: AnswerBlock): boolean {
  if (block.type === 'thinking') return block.signature !== ''
  return block.type === 'redacted_thinking'
}

function ownBlock(block: AnswerBlock): Anthropic.ContentBlockParam[] {
  switch (block.type) {
    case 'thinking': {
      const { type, thinking, signature } = block
      return isSigned(block) ? [{ type, thinking, signature }] : []
    }
    case 'redacted_thinking':
      return [{ type: block.type, data: block.data }]
    case 'sealed_reasoning':
      return []
    case 'text':
      // White space alone is refused.
      return block.text.trim() === ''
        ? []
        : [{ type: 'text', text: block.text, ...cacheControl(block) }]
    case 'tool_use': {
      const { type, id, name, input } = block
      return [{ type, id: takenId(id), name, input, ...cacheControl(block) }]
    }
  }
}
