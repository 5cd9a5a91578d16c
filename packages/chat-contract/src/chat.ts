import { z } from 'zod'
import { Identifier, Timestamp } from './identifier.ts'

export const ChatTitle = z.string().trim().min(1).max(120)

export const Chat = z.object({
  id: Identifier,
  /** null until a job has written one. */
  title: z.string().nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  /** The running turn, to attach to. */
  activeTurnId: Identifier.nullable(),
})
export type Chat = z.infer<typeof Chat>

export const ChatPage = z.object({ chats: z.array(Chat), nextCursor: z.string().nullable() })
export type ChatPage = z.infer<typeof ChatPage>

export const RenameChatInput = z.object({ title: ChatTitle })
export type RenameChatInput = z.infer<typeof RenameChatInput>
