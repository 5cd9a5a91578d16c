import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { CLOCK_TOLERANCE_MS, madeAfter } from '../partitions/time-window.ts'
import type { TimeWindow } from '../partitions/time-window.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { ChatRow, MessageRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'
import { messageColumns } from './message-columns.ts'
import { readParents } from './parents.ts'

/** A message with whether more than one may follow it. */
export type WayMessage = MessageRow & { readonly forked: boolean }

/** What a chat's row says of its messages. */
export interface ChatState extends Pick<ChatRow, 'branched' | 'lastMessageId'> {
  readonly lastActivityAt: Date
}

/** A part of a chat in which each message follows the one before it. */
export interface Way {
  readonly chat: ChatState
  /** Oldest first. */
  readonly messages: WayMessage[]
  /** What the oldest of them follows. */
  readonly parent: WayMessage | undefined
}

/** Messages more than are asked for: two of the same moment may lie the other way round where the range ends. */
const SPARE = 2
/** And in a branched chat, of those asked for, since other branches lie in between. */
const SPARE_SHARE = 0.25

/**
 * The last `limit` messages on the way to `leafId`, or to what the chat shows last. They are one range of an index, for
 * messages follow each other in the order in which they were made; but for other branches in between, and clocks of
 * replicas that differ: where one is missing, what is left of the way is looked for message by message.
 * @returns undefined where the user has no such chat
 */
export async function readWay(
  db: Kysely<Database>,
  way: { userId: string; chatId: string; leafId?: string; limit: number },
): Promise<Way | undefined> {
  const { userId, chatId, leafId } = way
  const limit = way.limit + 1
  const leafMadeAt = leafId === undefined ? undefined : timestampOf(leafId)
  const range = await readRange(db, {
    ...way,
    made: madeAfter(chatId, leafMadeAt),
    until: leafMadeAt === undefined ? LAST_ACTIVITY : sql`${leafMadeAt}::timestamptz`,
    order: sql`created_at desc, id desc`,
    limit: limit + SPARE,
    branchedLimit: Math.ceil(limit * (1 + SPARE_SHARE)) + SPARE,
  })
  if (range === undefined) return undefined
  const byId = new Map(range.messages.map((message) => [message.id, message]))
  const messages: WayMessage[] = []
  let next = leafId ?? range.chat.lastMessageId
  while (next !== null && messages.length < limit) {
    const message = byId.get(next)
    if (message === undefined) {
      const rest = { userId, chatId, messageId: next, limit: limit - messages.length }
      messages.push(...(await readParents(db, rest)))
      break
    }
    messages.push(message)
    next = message.parentId
  }
  const parent = messages[way.limit]
  return { chat: range.chat, messages: messages.slice(0, way.limit).toReversed(), parent }
}

/**
 * The first `limit` messages that follow `messageId` in a chat without branches.
 * @returns undefined where they have to be looked for message by message
 */
export async function readOnlyWayFrom(
  db: Kysely<Database>,
  way: { userId: string; chatId: string; messageId: string; limit: number },
): Promise<WayMessage[] | undefined> {
  const { messageId, limit } = way
  const range = await readRange(db, {
    ...way,
    made: { ...madeAfter(messageId), from: timestampOf(messageId) },
    until: LAST_ACTIVITY,
    order: sql`created_at, id`,
    limit: limit + 1 + SPARE,
    branchedLimit: 0,
  })
  if (range?.chat.branched !== false) return undefined
  const byParent = new Map(range.messages.map((message) => [message.parentId, message]))
  const messages: WayMessage[] = []
  for (let id = messageId; id !== range.chat.lastMessageId && messages.length < limit;) {
    const message = byParent.get(id)
    if (message === undefined) return undefined
    messages.push(message)
    id = message.id
  }
  return messages
}

/** Nothing of the chat is younger, but for replicas' clocks. */
const LAST_ACTIVITY = sql`chat.last_activity_at + ${sql.lit(`${CLOCK_TOLERANCE_MS} ms`)}::interval`

/** Messages of a chat by when they were made; none where nobody knows of its branches. */
async function readRange(
  db: Kysely<Database>,
  range: {
    userId: string
    chatId: string
    /** Outside of which nothing can be, by what is known before the chat is: it leaves months out of the plan. */
    made: TimeWindow
    /** What the newest of them is not younger than, which leaves months out when it is run. */
    until: RawBuilder<unknown>
    order: RawBuilder<unknown>
    limit: number
    branchedLimit: number
  },
): Promise<{ chat: ChatState; messages: WayMessage[] } | undefined> {
  const { userId, chatId, made, until, order, limit, branchedLimit } = range
  const { rows } = await sql<WayMessage & ChatState>`
    select message.*, chat.*
    from (
      select branched, last_message_id, updated_at as last_activity_at from chat_sessions
      where id = ${chatId}::uuid and user_id = ${userId}::uuid
    ) as chat
    left join lateral (
      select ${messageColumns}, forked from chat_history
      where user_id = ${userId}::uuid and session_id = ${chatId}::uuid and created_at <= ${until}
        and created_at between ${made.from}::timestamptz and ${made.until}::timestamptz
      order by ${order}
      limit case chat.branched when false then ${limit}::integer when true then ${branchedLimit}::integer else 0 end
    ) as message on true
  `.execute(asUser(db, userId))
  const [first] = rows
  if (first === undefined) return undefined
  const { branched, lastMessageId, lastActivityAt } = first
  const messages = rows.filter(({ id }) => id !== null).map(withoutChat)
  return { chat: { branched, lastMessageId, lastActivityAt }, messages }
}

function withoutChat(row: WayMessage & ChatState): WayMessage {
  const {
    branched: _branched,
    lastMessageId: _lastMessageId,
    lastActivityAt: _lastActivityAt,
    ...message
  } = row
  return message
}
