import { z } from 'zod'
import { Identifier, Timestamp } from './identifier.ts'

export const ChatTitle = z.string().trim().min(1).max(120)

/** A message that was sent while an earlier answer was being written; it is answered after that. */
export const WaitingTurn = z.object({
  turnId: Identifier,
  /** Absent where an earlier message is to be answered anew. */
  text: z.string().nullable(),
  model: z.string(),
  createdAt: Timestamp,
})
export type WaitingTurn = z.infer<typeof WaitingTurn>

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

/** One chat by itself. */
export const ChatDetail = Chat.extend({
  /** First to be answered first. */
  waiting: z.array(WaitingTurn),
  /** Roughly what the next message makes a model read again; null: not known. */
  promptTokens: z.int().nullable().optional(),
})
export type ChatDetail = z.infer<typeof ChatDetail>

export const ChatPage = z.object({
  chats: z.array(Chat),
  /** `cursor=` of the page with older ones. */
  nextCursor: z.string().nullable(),
  /** `cursor=` of the page with newer ones; null on the first. */
  previousCursor: z.string().nullable(),
})
export type ChatPage = z.infer<typeof ChatPage>

export const ShowBranchInput = z.object({
  /** Of the chat; the newest messages under it are shown from now on, and the next message follows them. */
  messageId: Identifier,
})
export type ShowBranchInput = z.infer<typeof ShowBranchInput>

export const RenameChatInput = z.object({ title: ChatTitle })
export type RenameChatInput = z.infer<typeof RenameChatInput>
