import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { asUser } from '../row-level-security/as-user.ts'
import type { ChatRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'
import { findTurn } from '../turns/turn.repository.ts'

/** The place after a chat in the list; both values of the last chat shown. */
export interface ChatCursor {
  readonly updatedAt: Date
  readonly id: string
}

export interface ChatSlice {
  /** Newest activity first. */
  readonly chats: ChatRow[]
  readonly nextCursor: ChatCursor | null
}

export async function listChats(
  db: Kysely<Database>,
  page: { userId: string; limit: number; after?: ChatCursor },
): Promise<ChatSlice> {
  const { userId, limit, after } = page
  const rows = await asUser(db, userId)
    .selectFrom('chatSessions')
    .selectAll()
    .where('userId', '=', userId)
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb(eb.refTuple('updatedAt', 'id'), '<', eb.tuple(after!.updatedAt, after!.id)),
      ),
    )
    .orderBy('updatedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const chats = rows.slice(0, limit)
  const last = chats.at(-1)
  const more = rows.length > limit && last !== undefined
  return { chats, nextCursor: more ? { updatedAt: last.updatedAt, id: last.id } : null }
}

export async function findChat(
  db: Kysely<Database>,
  chat: { userId: string; chatId: string },
): Promise<ChatRow | undefined> {
  return asUser(db, chat.userId)
    .selectFrom('chatSessions')
    .selectAll()
    .where('id', '=', chat.chatId)
    .where('userId', '=', chat.userId)
    .executeTakeFirst()
}

/** The user names a chat; no job renames it from then on. */
export async function renameChat(
  db: Kysely<Database>,
  chat: { userId: string; chatId: string; title: string },
): Promise<ChatRow | undefined> {
  return asUser(db, chat.userId)
    .updateTable('chatSessions')
    .set({ title: chat.title, titleSource: 'user' })
    .where('id', '=', chat.chatId)
    .where('userId', '=', chat.userId)
    .returningAll()
    .executeTakeFirst()
}

/** A job names a chat, once. @returns whether it did: not where the chat has a title already */
export async function setJobTitle(
  db: Kysely<Database>,
  chat: { userId: string; chatId: string; title: string },
): Promise<boolean> {
  const { numUpdatedRows } = await asUser(db, chat.userId)
    .updateTable('chatSessions')
    .set({ title: chat.title, titleSource: 'job' })
    .where('id', '=', chat.chatId)
    .where('userId', '=', chat.userId)
    .where('titleSource', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * Deletes a chat and every row of it. A turn that is running in it ends by finding nothing to write to.
 * @returns undefined where the user has no such chat; else the turn that was running, whose owner had better know
 */
export async function deleteChat(
  transaction: Transaction<Database>,
  chat: { userId: string; chatId: string },
): Promise<{ running: TurnRow | undefined } | undefined> {
  const { userId, chatId } = chat
  const own = asUser(transaction, userId)
  // Chat before turn, as in starting and finishing a turn: another order could deadlock with them.
  const found = await own
    .selectFrom('chatSessions')
    .select('activeTurnId')
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .forUpdate()
    .executeTakeFirst()
  if (found === undefined) return undefined
  const { activeTurnId } = found
  const running = activeTurnId && (await findTurn(own, { userId, turnId: activeTurnId }))
  await sql`
    delete from attempts where user_id = ${userId} and turn_id in (
      select id from turns where user_id = ${userId} and session_id = ${chatId}
    )
  `.execute(own)
  await own
    .deleteFrom('turns')
    .where('userId', '=', userId)
    .where('sessionId', '=', chatId)
    .execute()
  await own
    .deleteFrom('chatHistory')
    .where('userId', '=', userId)
    .where('sessionId', '=', chatId)
    .execute()
  await own
    .deleteFrom('chatSessions')
    .where('userId', '=', userId)
    .where('id', '=', chatId)
    .execute()
  return { running: running || undefined }
}
