import type { ChatCompletionRequest, ChatMessage } from '@brainlyx/router-contract'
import { assistantText } from './message-text.ts'

/** Stands where a provider wants words and there are none. */
const NOTHING_SAID = '(nothing said)'

/**
 * Messages for providers that want a person to speak, first of all, and not to be silent, which OpenAI leaves to the
 * caller: system prompts alone are answered there, an empty message is a message, and whoever cuts a long conversation
 * may begin with an answer.
 */
export function sayableMessages(
  messages: ChatCompletionRequest['messages'],
): readonly ChatMessage[] {
  if (messages.every(isSystem)) {
    return messages.map((message, index) =>
      index === messages.length - 1
        ? spoken({ role: 'user', content: (message as SystemMessage).content })
        : message,
    )
  }
  const said = messages.some(isSilentUser) ? messages.map(spoken) : messages
  const first = said.find((message) => !isSystem(message) && !isSilentAssistant(message))
  return first?.role === 'assistant' ? [{ role: 'user', content: NOTHING_SAID }, ...said] : said
}

/** What a person says for the sake of a model that answers nobody but a person. */
export const NOTHING_MORE_SAID: ChatMessage = { role: 'user', content: NOTHING_SAID }

type SystemMessage = Extract<ChatMessage, { role: 'system' | 'developer' }>

function isSystem({ role }: ChatMessage): boolean {
  return role === 'system' || role === 'developer'
}

function spoken(message: ChatMessage): ChatMessage {
  return isSilentUser(message) ? { ...message, content: NOTHING_SAID } : message
}

function isSilentUser(message: ChatMessage): boolean {
  if (message.role !== 'user') return false
  const { content } = message
  if (typeof content === 'string') return content.trim() === ''
  return content.every((part) => part.type === 'text' && part.text.trim() === '')
}

/** Left out by every provider that knows no empty message. */
function isSilentAssistant(message: ChatMessage): boolean {
  if (message.role !== 'assistant' || (message.tool_calls?.length ?? 0) > 0) return false
  return assistantText(message).trim() === ''
}
