import type { AnswerBlock, ChatMessage } from '@brainlyx/router-contract'
import type OpenAI from 'openai'

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>
type InputItem = OpenAI.Responses.ResponseInputItem

/**
 * An answer with what OpenAI's model thought, sealed, before what it led to; undefined: there is nothing sealed in it.
 * Thoughts of Claude's are left out.
 */
export function sealedAnswer(message: AssistantMessage): InputItem[] | undefined {
  const blocks = message.answer_blocks ?? []
  if (!blocks.some(({ type }) => type === 'sealed_reasoning')) return undefined
  const items = blocks.flatMap((block) => item(block, message))
  // OpenAI refuses reasoning that nothing follows.
  return items.slice(0, items.findLastIndex(({ type }) => type !== 'reasoning') + 1)
}

function item(block: AnswerBlock, { tool_calls: calls }: AssistantMessage): InputItem[] {
  switch (block.type) {
    case 'sealed_reasoning':
      return [{ type: 'reasoning', id: block.id, summary: [], encrypted_content: block.data }]
    case 'text':
      return block.text === '' ? [] : [{ role: 'assistant', content: block.text }]
    case 'tool_use': {
      const call = calls?.find(({ id }) => id === block.id)
      if (call === undefined) return []
      const { name, arguments: text } = call.function
      return [{ type: 'function_call', call_id: call.id, name, arguments: text }]
    }
    default:
      return []
  }
}
