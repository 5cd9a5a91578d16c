import type { Chat } from '@brainlyx/chat-contract'
import type { ChatRow } from '@brainlyx/db'

export function toChat({ id, title, createdAt, updatedAt, activeTurnId }: ChatRow): Chat {
  return {
    id,
    title,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    activeTurnId,
  }
}
