import type { ChatMessage } from '@brainlyx/router-contract'
import { assistantText } from '../wire-value/message-text.ts'

/**
 * Messages with what Groq's SDK knows of them: it answers 400 to any other key, and callers hand whole answers back,
 * with the `reasoning_content` or `refusal` that came with them.
 */
export function groqMessages(messages: readonly ChatMessage[]): object[] {
  return messages.map((message) => {
    const name = message['name']
    const named = typeof name === 'string' ? { name } : {}
    if (message.role === 'assistant') return { ...assistantMessage(message), ...named }
    const { role, content } = message
    if (message.role === 'tool') return { role, content, tool_call_id: message.tool_call_id }
    return { role, content, ...named }
  })
}

function assistantMessage(message: Extract<ChatMessage, { role: 'assistant' }>): object {
  const text = assistantText(message)
  const calls = (message.tool_calls ?? []).map(({ id, type, function: called }) => ({
    id,
    type,
    function: { name: called.name, arguments: called.arguments },
  }))
  if (calls.length === 0) return { role: 'assistant', content: text }
  return { role: 'assistant', content: text === '' ? null : text, tool_calls: calls }
}
