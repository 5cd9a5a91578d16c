import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asUser } from '../row-level-security/as-user.ts'
import { madeAfter } from '../partitions/time-window.ts'
import type { TimeWindow } from '../partitions/time-window.ts'
import type { MessageRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'
import { readSiblings } from './branch.ts'

export interface MessageSlice {
  /** Oldest first. */
  readonly messages: (MessageRow & { siblingIds: string[] })[]
  /** The oldest one's id, where there are older ones. */
  readonly nextCursor: string | null
}

/**
 * The last messages of the branch that a chat shows, or those before the message `before`, of whatever branch. What a
 * page costs depends on neither the chat's length nor its branches.
 */
export async function listMessages(
  db: Kysely<Database>,
  page: { userId: string; chatId: string; limit: number; before?: string },
): Promise<MessageSlice> {
  const { userId, chatId, limit, before } = page
  const start =
    before === undefined
      ? sql`
          select last_message_id from chat_sessions
          where id = ${chatId}::uuid and user_id = ${userId}::uuid
        `
      : sql`
          select parent_id from chat_history
          where id = ${before}::uuid and created_at = ${timestampOf(before)}::timestamptz
            and user_id = ${userId}::uuid and session_id = ${chatId}::uuid
        `
  const made = madeAfter(chatId, before === undefined ? undefined : timestampOf(before))
  const { rows, lastActivityAt } = await readPath(db, { userId, chatId, start, limit, made })
  const siblings = await readSiblings(db, { userId, chatId, messages: rows, lastActivityAt })
  return {
    messages: rows.map((row) => ({ ...row, siblingIds: siblings.get(row.parentId) ?? [row.id] })),
    nextCursor: rows[0]?.parentId == null ? null : rows[0].id,
  }
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
    .selectAll()
    .where('id', '=', message.messageId)
    .where('createdAt', '=', timestampOf(message.messageId))
    .where('userId', '=', message.userId)
    .executeTakeFirst()
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
): Promise<{ rows: MessageRow[]; lastActivityAt: Date }> {
  const { userId, chatId, start, limit, made } = path
  // The limit keeps all but the primary key out of the plan: by another index Postgres would read the whole chat anew
  // for each step, where it does not know better.
  const messageOf = (id: string): RawBuilder<unknown> => sql`
    select * from (
      select * from chat_history
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
