import { sql } from 'kysely'
import type { Kysely, RawBuilder, Transaction } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asUser } from '../row-level-security/as-user.ts'
import { madeAfter } from '../partitions/time-window.ts'
import type { ChatRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'
import { childrenOf } from './children.ts'
import type { Way } from './way.ts'

/**
 * By parent, the messages that share it, oldest first: they are alternatives to each other. Of parents that only one
 * message follows there may be none.
 */
export async function readSiblings(
  db: Kysely<Database>,
  page: { userId: string; chatId: string; way: Way },
): Promise<Map<string | null, string[]>> {
  const { chatId, way } = page
  const siblings = new Map<string | null, string[]>()
  const [oldest] = way.messages
  if (oldest === undefined || way.chat.branched === false) return siblings
  const isBeginning = oldest.parentId === null
  const parentIds = way.chat.branched === null ? parentsOf(way) : forksOf(way)
  if (parentIds.length === 0 && !isBeginning) return siblings
  const made = madeAfter(oldest.parentId ?? chatId, way.chat.lastActivityAt)
  const place = { ...page, made }
  const { rows } = await sql<{ id: string; parentId: string | null }>`
    select child.id, parent.id as parent_id
    from unnest(${parentIds}::uuid[]) as parent (id)
    cross join lateral (${childrenOf(sql`parent_id = parent.id`, place)}) as child
    union all
    select root.id, null from (${childrenOf(sql`parent_id is null`, place)}) as root
    where ${isBeginning}
    order by id
  `.execute(asUser(db, page.userId))
  for (const { id, parentId } of rows) {
    siblings.set(parentId, [...(siblings.get(parentId) ?? []), id])
  }
  return siblings
}

function parentsOf({ messages }: Way): string[] {
  return messages.map(({ parentId }) => parentId).filter((id) => id !== null)
}

function forksOf({ parent, messages }: Way): string[] {
  return [parent, ...messages.slice(0, -1)].filter((at) => at?.forked).map((at) => at!.id)
}

/**
 * Shows the branch of a message from now on: as far as the newest messages under it go, or to the question that is
 * being answered there. A turn that runs elsewhere goes on, and its end leaves what is shown alone.
 * @returns undefined where the user has no such message in this chat
 */
export async function showBranch(
  transaction: Transaction<Database>,
  branch: { userId: string; chatId: string; messageId: string },
): Promise<ChatRow | undefined> {
  const { userId, chatId, messageId } = branch
  const own = asUser(transaction, userId)
  const chat = await own
    .selectFrom('chatSessions')
    .select(['activeTurnId', 'updatedAt'])
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .forUpdate()
    .executeTakeFirst()
  if (chat === undefined) return undefined
  const message = await own
    .selectFrom('chatHistory')
    .select('id')
    .where('id', '=', messageId)
    .where('createdAt', '=', timestampOf(messageId))
    .where('userId', '=', userId)
    .where('sessionId', '=', chatId)
    .executeTakeFirst()
  if (message === undefined) return undefined
  const lastMessageId = await newestUnder(own, {
    userId,
    chatId,
    messageId,
    lastActivityAt: chat.updatedAt,
    stopAt: await questionOf(own, { userId, turnId: chat.activeTurnId }),
  })
  return own
    .updateTable('chatSessions')
    .set({ lastMessageId })
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .returningAll()
    .executeTakeFirst()
}

/** From a message to the newest of its children, and on to the newest of theirs; `messageId` where it has none. */
export async function newestUnder(
  db: Kysely<Database>,
  under: {
    userId: string
    chatId: string
    messageId: string
    /** The chat's. Default: now. */
    lastActivityAt?: Date
    stopAt?: string | null
  },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    ${descentFrom(under)} select id from descent order by depth desc limit 1
  `.execute(asUser(db, under.userId))
  return rows[0]?.id ?? under.messageId
}

/** The first of the messages that {@link newestUnder} comes by on its way, without the one it begins at. */
export async function newestBelow(
  db: Kysely<Database>,
  below: {
    userId: string
    chatId: string
    messageId: string
    /** The chat's. */
    lastActivityAt: Date
    limit: number
  },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    ${descentFrom(below)} select id from descent where depth > 0 order by depth
  `.execute(asUser(db, below.userId))
  return rows.map(({ id }) => id)
}

function descentFrom(under: {
  userId: string
  chatId: string
  messageId: string
  lastActivityAt?: Date
  stopAt?: string | null
  limit?: number
}): RawBuilder<unknown> {
  const { messageId, lastActivityAt, stopAt = null, limit = null } = under
  const place = { ...under, made: madeAfter(messageId, lastActivityAt) }
  return sql`
    with recursive descent as (
      select ${messageId}::uuid as id, 0 as depth
      union all
      select child.id, descent.depth + 1
      from descent cross join lateral (
        select id from (${childrenOf(sql`parent_id = descent.id`, place)}) as children
        order by id desc limit 1
      ) as child
      where descent.id is distinct from ${stopAt}::uuid
        and (${limit}::integer is null or descent.depth < ${limit}::integer)
    )
  `
}

/** What a turn answers; null where it has begun with no message, or is not there. */
export async function questionOf(
  db: Kysely<Database>,
  turn: { userId: string; turnId: string | null },
): Promise<string | null> {
  if (turn.turnId === null) return null
  const row = await asUser(db, turn.userId)
    .selectFrom('turns')
    .select('userMessageId')
    .where('id', '=', turn.turnId)
    .where('createdAt', '=', timestampOf(turn.turnId))
    .where('userId', '=', turn.userId)
    .executeTakeFirst()
  return row?.userMessageId ?? null
}
