import type { ChatMessage } from '@brainlyx/router-contract'
import { isOpenAi } from './is-openai.ts'

/** OpenAI's newer name for the system's role is refused by many a server that speaks like it otherwise. */
export function withKnownRoles(messages: ChatMessage[], baseUrl: string): ChatMessage[] {
  if (isOpenAi(baseUrl) || !messages.some(isDeveloper)) return messages
  return messages.map((message) =>
    isDeveloper(message) ? { ...message, role: 'system' } : message,
  )
}

function isDeveloper(
  message: ChatMessage,
): message is Extract<ChatMessage, { role: 'system' | 'developer' }> {
  return message.role === 'developer'
}
