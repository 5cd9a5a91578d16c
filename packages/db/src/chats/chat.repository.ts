import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
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
  const rows = await db
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
  return db
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
  return db
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
  const { numUpdatedRows } = await db
    .updateTable('chatSessions')
    .set({ title: chat.title, titleSource: 'job' })
    .where('id', '=', chat.chatId)
    .where('userId', '=', chat.userId)
    .where('titleSource', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** A log of a turn that ended longer ago has expired by itself. */
const LOG_LIFETIME_MS = 3 * 60 * 60 * 1000

export interface DeletedChat {
  /** The turn that was running, whose owner had better know. */
  readonly running: TurnRow | undefined
  /** Turns whose log may still be there. */
  readonly loggedTurnIds: string[]
}

/**
 * Deletes a chat and its turns. What they cost stays in the ledger, without a word of them. A turn that is running ends
 * by finding nothing to write to.
 * @param options.keepMessages they are for the caller to delete ({@link deleteMessages}), since they may be many
 * @returns undefined where the user has no such chat
 */
export async function deleteChat(
  transaction: Transaction<Database>,
  chat: { userId: string; chatId: string },
  { keepMessages = false } = {},
): Promise<DeletedChat | undefined> {
  const { userId, chatId } = chat
  // Chat before turn, as in starting and finishing a turn: another order could deadlock with them.
  const found = await transaction
    .selectFrom('chatSessions')
    .select('activeTurnId')
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .forUpdate()
    .executeTakeFirst()
  if (found === undefined) return undefined
  const { activeTurnId } = found
  const running = activeTurnId && (await findTurn(transaction, { userId, turnId: activeTurnId }))
  const { rows } = await sql<{ id: string }>`
    with deleted as (
      delete from turns where user_id = ${userId} and session_id = ${chatId} returning *
    ),
    silenced as (
      update attempts set raw_finish = null, error = error - 'message' || '{"message":""}'
      where user_id = ${userId} and turn_id in (select id from deleted)
    )
    select id from deleted
    where coalesce(ended_at, now()) > now() - make_interval(secs => ${LOG_LIFETIME_MS / 1000})
  `.execute(transaction)
  if (!keepMessages) {
    await transaction
      .deleteFrom('chatHistory')
      .where('userId', '=', userId)
      .where('sessionId', '=', chatId)
      .execute()
  }
  await transaction
    .deleteFrom('chatSessions')
    .where('userId', '=', userId)
    .where('id', '=', chatId)
    .execute()
  return { running: running || undefined, loggedTurnIds: rows.map((row) => row.id) }
}
