import type { MessagePart } from '@brainlyx/chat-contract'
import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { findMessage } from '../chats/message.repository.ts'
import { acceptedAfter } from '../partitions/time-window.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'

/** A turn that has just begun to run, with the message that it answers. */
export interface PromotedTurn {
  turn: TurnRow
  userMessage: { id: string; parts: MessagePart[] }
}

/**
 * The first of a chat's line begins: its message joins the chat, after the turn before it unless its user chose
 * another place, and the chat shows it. The caller holds the chat's lock and has ended the turn before.
 * @returns undefined where nobody waits
 */
export async function promoteWaitingTurn(
  transaction: Transaction<Database>,
  line: {
    userId: string
    chatId: string
    /** The turn before, which has ended. */
    afterTurnId: string
    /** Its last message. */
    lastMessageId: string | null
    /** `processes.id` of who will run it; null: any worker may take it. */
    owner: string | null
  },
): Promise<PromotedTurn | undefined> {
  const { userId, chatId, owner } = line
  const { from, until } = acceptedAfter(line.afterTurnId)
  const next = await transaction
    .selectFrom('turns')
    .selectAll()
    .where('userId', '=', userId)
    .where('sessionId', '=', chatId)
    .where('state', '=', 'waiting')
    .where('createdAt', '>=', from)
    .where('createdAt', '<=', until)
    .orderBy('acceptedAt')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (next === undefined) return undefined
  const userMessage = await joinChat(transaction, next, line.lastMessageId)
  const turn = await transaction
    .updateTable('turns')
    .set({
      state: 'running',
      owner,
      waiting: null,
      userMessageId: userMessage.id,
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', next.id)
    .where('createdAt', '=', next.createdAt)
    .where('userId', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow()
  await transaction
    .updateTable('chatSessions')
    .set({ activeTurnId: turn.id, lastMessageId: userMessage.id, updatedAt: sql<Date>`now()` })
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .execute()
  return { turn, userMessage }
}

/** Writes the message of a turn that waited, or finds the one that is to be answered anew. */
async function joinChat(
  transaction: Transaction<Database>,
  next: TurnRow,
  lastMessageId: string | null,
): Promise<PromotedTurn['userMessage']> {
  const { userId, sessionId, userMessageId } = next
  const { parts, parentId = lastMessageId } = next.waiting ?? { parts: null }
  if (parts === null) {
    const answered = await findMessage(transaction, { userId, messageId: userMessageId! })
    return { id: userMessageId!, parts: answered?.parts ?? [] }
  }
  const id = newId()
  await transaction
    .insertInto('chatHistory')
    .values({
      id,
      createdAt: timestampOf(id),
      userId,
      sessionId,
      turnId: next.id,
      parentId,
      role: 'user',
      parts: JSON.stringify(parts),
    })
    .execute()
  return { id, parts }
}
