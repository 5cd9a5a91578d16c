import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { CLOCK_TOLERANCE_MS, madeAfter } from '../partitions/time-window.ts'
import type { TimeWindow } from '../partitions/time-window.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { ChatRow, MessageRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'
import { childrenOf } from './children.ts'
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
/** One after the other, before what is left of a way is looked for message by message. */
const MOST_RANGES = 3

function limitsOf(count: number): { limit: number; branchedLimit: number } {
  return { limit: count + SPARE, branchedLimit: Math.ceil(count * (1 + SPARE_SHARE)) + SPARE }
}

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
    ...limitsOf(limit),
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
 * The first `limit` messages that follow `messageId`, in each place the newest version, as far as ranges of that index
 * have them. What follows a forked message may have been made at any time since: the index of parents names it, and
 * where it lies further on, another range begins there.
 * @returns which they are; `isWhole` where none is missing
 */
export async function readNewestWayFrom(
  db: Kysely<Database>,
  way: { userId: string; chatId: string; messageId: string; limit: number },
): Promise<{ messages: WayMessage[]; isWhole: boolean }> {
  const messages: WayMessage[] = []
  let next: string | undefined = way.messageId
  for (let ranges = 0; ranges < MOST_RANGES && next !== undefined; ranges++) {
    const range = await readRangeFrom(db, next, { ...way, limit: way.limit - messages.length })
    let message: WayMessage | undefined = range?.byId.get(next)
    if (range === undefined || message === undefined) break
    for (; message !== undefined; message = next === undefined ? undefined : range.byId.get(next)) {
      messages.push(message)
      const isEnd = messages.length > way.limit || message.id === range.chat.lastMessageId
      if (isEnd) return { messages: messages.slice(1), isWhole: true }
      next = (message.forked ? range.newestChildren : range.children).get(message.id)
    }
  }
  return { messages: messages.slice(1), isWhole: false }
}

interface RangeFrom {
  readonly chat: ChatState
  readonly byId: ReadonlyMap<string, WayMessage>
  /** By parent. */
  readonly children: ReadonlyMap<string | null, string>
  /** By parent, of those that are forked. */
  readonly newestChildren: ReadonlyMap<string, string>
}

/** A message and about `limit` that were made after it; undefined where nobody knows of the chat's branches. */
async function readRangeFrom(
  db: Kysely<Database>,
  messageId: string,
  { userId, chatId, limit }: { userId: string; chatId: string; limit: number },
): Promise<RangeFrom | undefined> {
  const made = madeAfter(messageId)
  const newest = childrenOf(sql`parent_id = at.id`, { userId, chatId, made })
  const range = await readRange(db, {
    userId,
    chatId,
    made: { ...made, from: timestampOf(messageId) },
    until: LAST_ACTIVITY,
    order: sql`created_at, id`,
    newestChild: sql`
      case when forked then (select id from (${newest}) as child order by id desc limit 1) end
    `,
    ...limitsOf(limit + 1),
  })
  if (range === undefined || range.chat.branched === null) return undefined
  return {
    chat: range.chat,
    byId: new Map(range.messages.map((message) => [message.id, message])),
    children: new Map(range.messages.map(({ id, parentId }) => [parentId, id])),
    newestChildren: range.newestChildren,
  }
}

/** Nothing of the chat is younger, but for replicas' clocks. */
const LAST_ACTIVITY = sql`chat.last_activity_at + ${sql.lit(`${CLOCK_TOLERANCE_MS} ms`)}::interval`

interface Range {
  readonly chat: ChatState
  readonly messages: WayMessage[]
  /** By the parents that {@link readRange} was asked for them of. */
  readonly newestChildren: ReadonlyMap<string, string>
}

type RangeRow = WayMessage & ChatState & { newestChildId: string | null }

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
    /** Of a message of the range, `at`, its id. */
    newestChild?: RawBuilder<unknown>
    limit: number
    branchedLimit: number
  },
): Promise<Range | undefined> {
  const { userId, chatId, made, until, order, limit, branchedLimit } = range
  const { newestChild = sql`null` } = range
  const { rows } = await sql<RangeRow>`
    select message.*, chat.*
    from (
      select branched, last_message_id, updated_at as last_activity_at from chat_sessions
      where id = ${chatId}::uuid and user_id = ${userId}::uuid
    ) as chat
    left join lateral (
      select ${messageColumns}, forked, (${newestChild})::uuid as newest_child_id from chat_history as at
      where user_id = ${userId}::uuid and session_id = ${chatId}::uuid and created_at <= ${until}
        and created_at between ${made.from}::timestamptz and ${made.until}::timestamptz
      order by ${order}
      limit case chat.branched when false then ${limit}::integer when true then ${branchedLimit}::integer else 0 end
    ) as message on true
  `.execute(asUser(db, userId))
  const [first] = rows
  if (first === undefined) return undefined
  const { branched, lastMessageId, lastActivityAt } = first
  const messages = rows.filter(({ id }) => id !== null)
  return {
    chat: { branched, lastMessageId, lastActivityAt },
    messages: messages.map(messageIn),
    newestChildren: new Map(
      messages.flatMap(({ id, newestChildId }) =>
        newestChildId === null ? [] : [[id, newestChildId]],
      ),
    ),
  }
}

function messageIn(row: RangeRow): WayMessage {
  const {
    branched: _branched,
    lastMessageId: _lastMessageId,
    lastActivityAt: _lastActivityAt,
    newestChildId: _newestChildId,
    ...message
  } = row
  return message
}
