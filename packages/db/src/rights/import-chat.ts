import type { AnswerFinish, MessagePart } from '@brainlyx/chat-contract'
import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { derivedId } from '../identifiers/derived-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { findChat } from '../chats/chat.repository.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'

export interface ImportedMessage {
  id: string
  parentId: string | null
  turnId: string
  role: 'user' | 'assistant'
  parts: MessagePart[]
  model: string | null
  finish: AnswerFinish | null
}

export interface ImportedChat {
  id: string
  title: string | null
  titleSource: 'job' | 'user' | null
  lastMessageId: string | null
  updatedAt: Date
}

/** Whether the user has this chat: under its own id, or as what an import made of it. */
export async function hasChat(
  db: Kysely<Database>,
  chat: { userId: string; chatId: string },
): Promise<boolean> {
  const { userId, chatId } = chat
  const copy = { userId, chatId: derivedId(userId, chatId) }
  return (await findChat(db, chat)) !== undefined || (await findChat(db, copy)) !== undefined
}

/**
 * Writes messages of a chat that is being imported, under ids of this user's own: those that are there already stay.
 * Nobody sees them before {@link insertImportedChat}. Their months must have partitions.
 * @returns false, and nothing written, where the user is no more, or another by now
 */
export async function insertImportedMessages(
  db: Kysely<Database>,
  batch: { userId: string; chatId: string; messages: readonly ImportedMessage[] },
): Promise<boolean> {
  const { userId, chatId, messages } = batch
  const own = (id: string): string => derivedId(userId, id)
  return db.transaction().execute(async (transaction) => {
    if (!(await isOpen(transaction, userId))) return false
    await asUser(transaction, userId)
      .insertInto('chatHistory')
      .values(
        messages.map(({ id, parentId, turnId, role, parts, model, finish }) => ({
          id: own(id),
          createdAt: timestampOf(id),
          userId,
          sessionId: own(chatId),
          turnId: own(turnId),
          parentId: parentId === null ? null : own(parentId),
          role,
          parts: JSON.stringify(parts),
          model,
          finish,
        })),
      )
      .onConflict((conflict) => conflict.columns(['id', 'createdAt']).doNothing())
      .execute()
    return true
  })
}

/** Shows a chat whose messages have been written. @returns false as {@link insertImportedMessages} */
export async function insertImportedChat(
  db: Kysely<Database>,
  { userId, chat }: { userId: string; chat: ImportedChat },
): Promise<boolean> {
  const { id, title, titleSource, updatedAt } = chat
  const chatId = derivedId(userId, id)
  const lastMessageId = chat.lastMessageId === null ? null : derivedId(userId, chat.lastMessageId)
  return db.transaction().execute(async (transaction) => {
    if (!(await isOpen(transaction, userId))) return false
    const forks = await markForks(asUser(transaction, userId), { userId, chatId, lastMessageId })
    await asUser(transaction, userId)
      .insertInto('chatSessions')
      .values({
        id: chatId,
        userId,
        title,
        titleSource: title === null ? null : (titleSource ?? 'job'),
        activeTurnId: null,
        lastMessageId,
        createdAt: timestampOf(id),
        updatedAt,
        branched: forks > 0,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
    return true
  })
}

/**
 * Marks the messages that more than one follows, and the last one where any does: the next would be the second.
 * @returns how many places there are in which the chat branches, its beginning included
 */
async function markForks(
  transaction: Transaction<Database>,
  chat: { userId: string; chatId: string; lastMessageId: string | null },
): Promise<number> {
  const { userId, chatId, lastMessageId } = chat
  const { rows } = await sql<{ count: number }>`
    with forks as (
      select parent_id from chat_history
      where user_id = ${userId}::uuid and session_id = ${chatId}::uuid
      group by parent_id
      having count(*) > 1 or parent_id = ${lastMessageId}::uuid
    ),
    marked as (
      update chat_history set forked = true
      from forks
      where id = forks.parent_id and created_at = uuid_v7_time(forks.parent_id)
        and user_id = ${userId}::uuid and not forked
    )
    select count(*)::integer as count from forks
  `.execute(transaction)
  return rows[0]?.count ?? 0
}

/** The lock keeps the user from being merged or closed before the transaction ends. */
async function isOpen(transaction: Transaction<Database>, userId: string): Promise<boolean> {
  const user = await asUser(transaction, userId)
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('deletingAt', 'is', null)
    .where('mergedInto', 'is', null)
    .forKeyShare()
    .executeTakeFirst()
  return user !== undefined
}
