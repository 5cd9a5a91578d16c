import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import type { MessageRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'
import { newestBelow, readSiblings } from './branch.ts'

/** All but what a message is found by, which is larger than the message and would be read and sent with each. */
const MESSAGE_COLUMNS = [
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
  const { rows, newerCursor } = await readPlace(db, page)
  const siblings = await readSiblings(db, { userId, chatId, messages: rows })
  return {
    messages: rows.map((row) => ({ ...row, siblingIds: siblings.get(row.parentId) ?? [row.id] })),
    nextCursor: rows[0]?.parentId == null ? null : rows[0].id,
    newerCursor,
  }
}

async function readPlace(
  db: Kysely<Database>,
  page: { userId: string; chatId: string; limit: number } & MessagePlace,
): Promise<{ rows: MessageRow[]; newerCursor: string | null }> {
  const { limit, before, from, around, ...chat } = page
  const messageId = from ?? around
  if (messageId === undefined && before === undefined) {
    const start = sql`
      select last_message_id from chat_sessions
      where id = ${chat.chatId}::uuid and user_id = ${chat.userId}::uuid
    `
    return { rows: await readPath(db, { ...chat, start, limit }), newerCursor: null }
  }
  if (messageId === undefined) {
    const start = sql`
      select parent_id from chat_history
      where id = ${before}::uuid and created_at = ${timestampOf(before!)}::timestamptz
        and user_id = ${chat.userId}::uuid and session_id = ${chat.chatId}::uuid
    `
    const rows = await readPath(db, { ...chat, start, limit })
    return { rows, newerCursor: rows.length === 0 ? null : before! }
  }
  const olderCount = from !== undefined ? 1 : Math.ceil(limit / 2)
  const start = sql`select ${messageId}::uuid`
  const older = await readPath(db, { ...chat, start, limit: olderCount })
  if (older.length === 0) return { rows: [], newerCursor: null }
  const ids = await newestBelow(db, { ...chat, messageId, limit: limit - older.length + 1 })
  const shown = ids.slice(0, limit - older.length)
  const last = shown.at(-1)
  const newer =
    last === undefined
      ? []
      : await readPath(db, { ...chat, start: sql`select ${last}::uuid`, limit: shown.length })
  return { rows: [...older, ...newer], newerCursor: ids[shown.length] ?? null }
}

/**
 * The last `limit` messages on the way from the chat's beginning to the message `leafId`, oldest first: a chat is a
 * tree, and what another branch said does not belong into the prompt.
 */
export async function readHistory(
  db: Kysely<Database>,
  history: { userId: string; chatId: string; leafId: string; limit: number },
): Promise<MessageRow[]> {
  return readPath(db, { ...history, start: sql`select ${history.leafId}::uuid` })
}

export async function findMessage(
  db: Kysely<Database>,
  message: { userId: string; messageId: string },
): Promise<MessageRow | undefined> {
  return db
    .selectFrom('chatHistory')
    .select(MESSAGE_COLUMNS)
    .where('id', '=', message.messageId)
    .where('createdAt', '=', timestampOf(message.messageId))
    .where('userId', '=', message.userId)
    .executeTakeFirst()
}

/**
 * From the message that the query `start` names towards the beginning, oldest first. Each step is one look-up by the
 * primary key in one partition, since an id tells its time; and it does not rely on replicas' clocks, which may make a
 * child look older than its parent.
 */
async function readPath(
  db: Kysely<Database>,
  path: { userId: string; chatId: string; start: RawBuilder<unknown>; limit: number },
): Promise<MessageRow[]> {
  const { userId, chatId, start, limit } = path
  // The limit keeps all but the primary key out of the plan: by another index Postgres would read the whole chat anew
  // for each step, where it does not know better.
  const messageOf = (id: string): RawBuilder<unknown> => sql`
    select * from (
      select ${messageColumns} from chat_history
      where id = ${sql.ref(id)} and created_at = uuid_v7_time(${sql.ref(id)})
      limit 1
    ) as message
    where user_id = ${userId}::uuid and session_id = ${chatId}::uuid
  `
  const { rows } = await sql<MessageRow & { depth?: number }>`
    with recursive path as (
      select message.*, 1 as depth
      from (${start}) as start (id) cross join lateral (${messageOf('start.id')}) as message
      union all
      select message.*, path.depth + 1
      from path cross join lateral (${messageOf('path.parent_id')}) as message
      where path.depth < ${limit}
    )
    select * from path order by depth desc
  `.execute(db)
  for (const row of rows) delete row.depth
  return rows
}
