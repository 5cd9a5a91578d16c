import type { AnswerFinish, MessagePart } from '@brainlyx/chat-contract'
import type { Generated, Selectable } from 'kysely'
import type { IdTimestamp, Json, Timestamp } from './column.ts'

export interface ChatSessionsTable {
  id: string
  userId: string
  title: string | null
  titleSource: 'job' | 'user' | null
  activeTurnId: string | null
  /** The leaf of the branch that is shown, which the next message follows. */
  lastMessageId: string | null
  /** UTF-8 bytes of the text of all its messages; null: not known. */
  textBytes: Generated<bigint | null>
  /** Whether any of its messages may be forked, or it was begun anew; null: not known. */
  branched: Generated<boolean | null>
  createdAt: IdTimestamp
  updatedAt: Timestamp
}
export type ChatRow = Selectable<ChatSessionsTable>

export interface ChatHistoryTable {
  id: string
  createdAt: IdTimestamp
  userId: string
  sessionId: string
  turnId: string
  parentId: string | null
  role: 'user' | 'assistant'
  parts: Json<MessagePart[]>
  /** Answers only. */
  model: string | null
  finish: AnswerFinish | null
  /** Of all the calls that the answer took; answers only. */
  costPicoUsd: Generated<bigint | null>
  inputTokens: Generated<number | null>
  outputTokens: Generated<number | null>
  /** Whether more than one message may follow it; means nothing in a chat whose `branched` is null. */
  forked: Generated<boolean>
}
export type MessageRow = Omit<Selectable<ChatHistoryTable>, 'forked'>
