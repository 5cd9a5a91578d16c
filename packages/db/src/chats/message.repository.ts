import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asUser } from '../row-level-security/as-user.ts'
import { madeAfter } from '../partitions/time-window.ts'
import type { TimeWindow } from '../partitions/time-window.ts'
import type { MessageRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'
import { newestBelow, readSiblings } from './branch.ts'

/** All but what a message is found by, which is larger than the message and would be read and sent with each. */
export const MESSAGE_COLUMNS = [
  'id',
  'createdAt',
  'userId',
  'sessionId',
  'turnId',
  'parentId',
  'role',
  'parts',
  'model',
  'finish',
  'costPicoUsd',
  'inputTokens',
  'outputTokens',
] as const satisfies (keyof MessageRow)[]
const messageColumns = sql.join(MESSAGE_COLUMNS.map((column) => sql.ref(column)))

export interface MessageSlice {
  /** Oldest first. */
  readonly messages: (MessageRow & { siblingIds: string[] })[]
  /** The oldest one's id, where there are older ones. */
  readonly nextCursor: string | null
  /** The first of those that follow, where any do: the newest version in each place, as `showBranch` would show. */
  readonly newerCursor: string | null
}

/** Which messages of a chat: its last ones unless told otherwise, by one of these. */
export interface MessagePlace {
  /** Those before this message. */
  readonly before?: string | undefined
  /** This message and those after it. */
  readonly from?: string | undefined
  /** This message in the middle. */
  readonly around?: string | undefined
}

/**
 * The last messages of the branch that a chat shows, or those before, from or around a message, of whatever branch.
 * What a page costs depends on neither the chat's length nor its branches.
 */
export async function listMessages(
  db: Kysely<Database>,
  page: { userId: string; chatId: string; limit: number } & MessagePlace,
): Promise<MessageSlice> {
  const { userId, chatId } = page
  const { rows, newerCursor, lastActivityAt } = await readPlace(db, page)
  const siblings = await readSiblings(db, { userId, chatId, messages: rows, lastActivityAt })
  return {
    messages: rows.map((row) => ({ ...row, siblingIds: siblings.get(row.parentId) ?? [row.id] })),
    nextCursor: rows[0]?.parentId == null ? null : rows[0].id,
    newerCursor,
  }
}

interface Place {
  readonly rows: MessageRow[]
  readonly newerCursor: string | null
  readonly lastActivityAt: Date
}

async function readPlace(
  db: Kysely<Database>,
  page: { userId: string; chatId: string; limit: number } & MessagePlace,
): Promise<Place> {
  const { before, from, around } = page
  const messageId = from ?? around
  if (messageId !== undefined) return readAround(db, { ...page, messageId })
  if (before !== undefined) return readBefore(db, { ...page, before })
  const { userId, chatId } = page
  const start = sql`
    select last_message_id from chat_sessions
    where id = ${chatId}::uuid and user_id = ${userId}::uuid
  `
  const path = await readPath(db, { ...page, start, made: madeAfter(chatId) })
  return { ...path, newerCursor: null }
}

async function readBefore(
  db: Kysely<Database>,
  page: { userId: string; chatId: string; limit: number; before: string },
): Promise<Place> {
  const { userId, chatId, before } = page
  const start = sql`
    select parent_id from chat_history
    where id = ${before}::uuid and created_at = ${timestampOf(before)}::timestamptz
      and user_id = ${userId}::uuid and session_id = ${chatId}::uuid
  `
  const made = madeAfter(chatId, timestampOf(before))
  const path = await readPath(db, { ...page, start, made })
  return { ...path, newerCursor: path.rows.length === 0 ? null : before }
}

async function readAround(
  db: Kysely<Database>,
  page: { userId: string; chatId: string; limit: number; messageId: string } & MessagePlace,
): Promise<Place> {
  const { limit, from, messageId, ...chat } = page
  const upTo = (id: string, count: number): Promise<Path> =>
    readPath(db, {
      ...chat,
      start: sql`select ${id}::uuid`,
      limit: count,
      made: madeAfter(chat.chatId, timestampOf(id)),
    })
  const older = await upTo(messageId, from !== undefined ? 1 : Math.ceil(limit / 2))
  const { rows, lastActivityAt } = older
  if (rows.length === 0) return { ...older, newerCursor: null }
  const below = { ...chat, messageId, lastActivityAt, limit: limit - rows.length + 1 }
  const ids = await newestBelow(db, below)
  const shown = ids.slice(0, limit - rows.length)
  const last = shown.at(-1)
  const newer = last === undefined ? [] : (await upTo(last, shown.length)).rows
  return { rows: [...rows, ...newer], lastActivityAt, newerCursor: ids[shown.length] ?? null }
}

/**
 * The last `limit` messages on the way from the chat's beginning to the message `leafId`, oldest first: a chat is a
 * tree, and what another branch said does not belong into the prompt.
 */
export async function readHistory(
  db: Kysely<Database>,
  history: { userId: string; chatId: string; leafId: string; limit: number },
): Promise<MessageRow[]> {
  const made = madeAfter(history.chatId, timestampOf(history.leafId))
  const start = sql`select ${history.leafId}::uuid`
  const path = await readPath(db, { ...history, start, made })
  return path.rows
}

export async function findMessage(
  db: Kysely<Database>,
  message: { userId: string; messageId: string },
): Promise<MessageRow | undefined> {
  return asUser(db, message.userId)
    .selectFrom('chatHistory')
    .select(MESSAGE_COLUMNS)
    .where('id', '=', message.messageId)
    .where('createdAt', '=', timestampOf(message.messageId))
    .where('userId', '=', message.userId)
    .executeTakeFirst()
}

interface Path {
  readonly rows: MessageRow[]
  /** The chat's. */
  readonly lastActivityAt: Date
}

/**
 * From the message that the query `start` names towards the beginning, oldest first. Each step is one look-up by the
 * primary key in one partition, since an id tells its time; and it does not rely on replicas' clocks, which may make a
 * child look older than its parent. The time window changes nothing but the plan: without it, all months there are would
 * be planned for, which takes longer than reading one.
 */
async function readPath(
  db: Kysely<Database>,
  path: {
    userId: string
    chatId: string
    start: RawBuilder<unknown>
    limit: number
    made: TimeWindow
  },
): Promise<Path> {
  const { userId, chatId, start, limit, made } = path
  // The limit keeps all but the primary key out of the plan: by another index Postgres would read the whole chat anew
  // for each step, where it does not know better.
  const messageOf = (id: string): RawBuilder<unknown> => sql`
    select * from (
      select ${messageColumns} from chat_history
      where id = ${sql.ref(id)} and created_at = uuid_v7_time(${sql.ref(id)})
        and created_at between ${made.from}::timestamptz and ${made.until}::timestamptz
      limit 1
    ) as message
    where user_id = ${userId}::uuid and session_id = ${chatId}::uuid
  `
  const { rows } = await sql<MessageRow & { depth?: number; lastActivityAt?: Date }>`
    with recursive path as (
      select message.*, 1 as depth
      from (${start}) as start (id) cross join lateral (${messageOf('start.id')}) as message
      union all
      select message.*, path.depth + 1
      from path cross join lateral (${messageOf('path.parent_id')}) as message
      where path.depth < ${limit}
    )
    select path.*, (
      select updated_at from chat_sessions where id = ${chatId}::uuid and user_id = ${userId}::uuid
    ) as last_activity_at
    from path order by depth desc
  `.execute(asUser(db, userId))
  const lastActivityAt = rows[0]?.lastActivityAt ?? new Date()
  for (const row of rows) {
    delete row.depth
    delete row.lastActivityAt
  }
  return { rows, lastActivityAt }
}
