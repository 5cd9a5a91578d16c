import type { Kysely } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { MessageRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'
import { newestBelow, readSiblings } from './branch.ts'
import { MESSAGE_COLUMNS } from './message-columns.ts'
import { readNewestWayFrom, readWay } from './way.ts'
import type { ChatState, Way, WayMessage } from './way.ts'

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

type Page = { userId: string; chatId: string; limit: number } & MessagePlace

/**
 * The last messages of the branch that a chat shows, or those before, from or around a message, of whatever branch.
 * What a page costs does not depend on the chat's length.
 */
export async function listMessages(db: Kysely<Database>, page: Page): Promise<MessageSlice> {
  const { userId, chatId } = page
  const { way, newerCursor } = await readPlace(db, page)
  if (way === undefined) return { messages: [], nextCursor: null, newerCursor: null }
  const siblings = await readSiblings(db, { userId, chatId, way })
  const [oldest] = way.messages
  return {
    messages: way.messages.map(({ forked: _forked, ...message }) => ({
      ...message,
      siblingIds: siblings.get(message.parentId) ?? [message.id],
    })),
    nextCursor: oldest?.parentId == null ? null : oldest.id,
    newerCursor,
  }
}

interface Place {
  readonly way: Way | undefined
  readonly newerCursor: string | null
}

async function readPlace(db: Kysely<Database>, page: Page): Promise<Place> {
  const { before, from, around, ...last } = page
  const messageId = from ?? around
  if (messageId !== undefined) return readAround(db, { ...page, messageId })
  if (before === undefined) return { way: await readWay(db, last), newerCursor: null }
  const way = await readWay(db, { ...last, leafId: before, limit: page.limit + 1 })
  if (way === undefined) return { way, newerCursor: null }
  const messages = way.messages.slice(0, -1)
  return { way: { ...way, messages }, newerCursor: messages.length === 0 ? null : before }
}

async function readAround(
  db: Kysely<Database>,
  page: Page & { messageId: string },
): Promise<Place> {
  const { limit, from, messageId, userId, chatId } = page
  const chat = { userId, chatId }
  const olderLimit = from === undefined ? Math.ceil(limit / 2) : 1
  const older = await readWay(db, { ...chat, leafId: messageId, limit: olderLimit })
  if (older === undefined || older.messages.length === 0) return { way: older, newerCursor: null }
  const room = limit - older.messages.length
  const newer = await readNewer(db, { ...chat, messageId, chat: older.chat, limit: room + 1 })
  const messages = [...older.messages, ...newer.slice(0, room)]
  return { way: { ...older, messages }, newerCursor: newer[room]?.id ?? null }
}

/** The messages that follow `messageId`, in each place the newest version. */
async function readNewer(
  db: Kysely<Database>,
  after: { userId: string; chatId: string; messageId: string; chat: ChatState; limit: number },
): Promise<WayMessage[]> {
  const { userId, chatId } = after
  const { messages, isWhole } = await readNewestWayFrom(db, after)
  if (isWhole) return messages
  const messageId = messages.at(-1)?.id ?? after.messageId
  const limit = after.limit - messages.length
  const { lastActivityAt } = after.chat
  const ids = await newestBelow(db, { userId, chatId, messageId, lastActivityAt, limit })
  const leafId = ids.at(-1)
  if (leafId === undefined) return messages
  const rest = await readWay(db, { userId, chatId, leafId, limit: ids.length })
  return [...messages, ...(rest?.messages ?? [])]
}

/**
 * The last `limit` messages on the way from the chat's beginning to the message `leafId`, oldest first: a chat is a
 * tree, and what another branch said does not belong into the prompt.
 */
export async function readHistory(
  db: Kysely<Database>,
  history: { userId: string; chatId: string; leafId: string; limit: number },
): Promise<MessageRow[]> {
  const way = await readWay(db, history)
  return way?.messages ?? []
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
