import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { asUser } from '../row-level-security/as-user.ts'
import type { ChatRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'
import { findTurn } from '../turns/turn.repository.ts'

/** A place in the list: beside the chat with these values, on which side the reader says. */
export interface ChatCursor {
  readonly updatedAt: Date
  readonly id: string
}

export interface ChatSlice {
  /** Newest activity first. */
  readonly chats: ChatRow[]
  /** After the last of them, where there are older ones. */
  readonly nextCursor: ChatCursor | null
  /** Before the first of them, where there are newer ones. */
  readonly previousCursor: ChatCursor | null
}

/** A page of the user's chats: the newest, those older than `after`, or those just newer than `before`. */
export async function listChats(
  db: Kysely<Database>,
  page: { userId: string; limit: number; after?: ChatCursor; before?: ChatCursor },
): Promise<ChatSlice> {
  const { userId, limit, after, before } = page
  const place = before ?? after
  const order = before === undefined ? 'desc' : 'asc'
  const rows = await asUser(db, userId)
    .selectFrom('chatSessions')
    .selectAll()
    .where('userId', '=', userId)
    .$if(place !== undefined, (query) =>
      query.where((eb) =>
        eb(
          eb.refTuple('updatedAt', 'id'),
          before === undefined ? '<' : '>',
          eb.tuple(place!.updatedAt, place!.id),
        ),
      ),
    )
    .orderBy('updatedAt', order)
    .orderBy('id', order)
    .limit(limit + 1)
    .execute()
  const isMore = rows.length > limit
  const chats = rows.slice(0, limit)
  if (before !== undefined) chats.reverse()
  const isNewer = before === undefined ? after !== undefined : isMore
  const isOlder = before === undefined ? isMore : true
  return {
    chats,
    nextCursor: isOlder ? cursorOf(chats.at(-1)) : null,
    previousCursor: isNewer ? cursorOf(chats[0]) : null,
  }
}

function cursorOf(chat: ChatRow | undefined): ChatCursor | null {
  return chat === undefined ? null : { updatedAt: chat.updatedAt, id: chat.id }
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

/** By id, the titles of those of these chats that are the user's. */
export async function findChatTitles(
  db: Kysely<Database>,
  chats: { userId: string; chatIds: readonly string[] },
): Promise<Map<string, string | null>> {
  if (chats.chatIds.length === 0) return new Map()
  const rows = await asUser(db, chats.userId)
    .selectFrom('chatSessions')
    .select(['id', 'title'])
    .where('id', 'in', chats.chatIds)
    .where('userId', '=', chats.userId)
    .execute()
  return new Map(rows.map(({ id, title }) => [id, title]))
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
  `.execute(own)
  if (!keepMessages) {
    await own
      .deleteFrom('chatHistory')
      .where('userId', '=', userId)
      .where('sessionId', '=', chatId)
      .execute()
  }
  await own
    .deleteFrom('chatSessions')
    .where('userId', '=', userId)
    .where('id', '=', chatId)
    .execute()
  return { running: running || undefined, loggedTurnIds: rows.map((row) => row.id) }
}
