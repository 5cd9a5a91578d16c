import { sql } from 'kysely'
import type { Kysely, RawBuilder, Transaction } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import type { ChatRow, MessageRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'

/** How far two replicas' clocks may differ: a message's id can be that much older than its parent's. */
const CLOCK_TOLERANCE_MS = 60 * 60 * 1000

/** By parent, the messages that share it, oldest first: they are alternatives to each other. */
export async function readSiblings(
  db: Kysely<Database>,
  page: { userId: string; chatId: string; messages: readonly MessageRow[] },
): Promise<Map<string | null, string[]>> {
  const { chatId, messages } = page
  const siblings = new Map<string | null, string[]>()
  const oldest = messages[0]
  if (oldest === undefined) return siblings
  const parentIds = messages.map((message) => message.parentId).filter((id) => id !== null)
  const place = { ...page, from: earliest(oldest.parentId ?? chatId) }
  const { rows } = await sql<{ id: string; parentId: string | null }>`
    select child.id, parent.id as parent_id
    from unnest(${parentIds}::uuid[]) as parent (id)
    cross join lateral (${childrenOf(sql`parent_id = parent.id`, place)}) as child
    union all
    select root.id, null from (${childrenOf(sql`parent_id is null`, place)}) as root
    where ${oldest.parentId === null}
    order by id
  `.execute(db)
  for (const { id, parentId } of rows) {
    siblings.set(parentId, [...(siblings.get(parentId) ?? []), id])
  }
  return siblings
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
  const chat = await transaction
    .selectFrom('chatSessions')
    .select('activeTurnId')
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .forUpdate()
    .executeTakeFirst()
  if (chat === undefined) return undefined
  const message = await transaction
    .selectFrom('chatHistory')
    .select('id')
    .where('id', '=', messageId)
    .where('createdAt', '=', timestampOf(messageId))
    .where('userId', '=', userId)
    .where('sessionId', '=', chatId)
    .executeTakeFirst()
  if (message === undefined) return undefined
  const lastMessageId = await newestUnder(transaction, {
    userId,
    chatId,
    messageId,
    stopAt: await questionOf(transaction, { userId, turnId: chat.activeTurnId }),
  })
  return transaction
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
  under: { userId: string; chatId: string; messageId: string; stopAt?: string | null },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    ${descentFrom(under)} select id from descent order by depth desc limit 1
  `.execute(db)
  return rows[0]?.id ?? under.messageId
}

/** The first of the messages that {@link newestUnder} comes by on its way, without the one it begins at. */
export async function newestBelow(
  db: Kysely<Database>,
  below: { userId: string; chatId: string; messageId: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    ${descentFrom(below)} select id from descent where depth > 0 order by depth
  `.execute(db)
  return rows.map(({ id }) => id)
}

function descentFrom(under: {
  userId: string
  chatId: string
  messageId: string
  stopAt?: string | null
  limit?: number
}): RawBuilder<unknown> {
  const { messageId, stopAt = null, limit = null } = under
  const place = { ...under, from: earliest(messageId) }
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

async function questionOf(
  db: Kysely<Database>,
  turn: { userId: string; turnId: string | null },
): Promise<string | null> {
  if (turn.turnId === null) return null
  const row = await db
    .selectFrom('turns')
    .select('userMessageId')
    .where('id', '=', turn.turnId)
    .where('createdAt', '=', timestampOf(turn.turnId))
    .where('userId', '=', turn.userId)
    .executeTakeFirst()
  return row?.userMessageId ?? null
}

/** `offset 0` keeps Postgres from reading the whole chat instead of what the index has under each parent. */
function childrenOf(
  parent: RawBuilder<unknown>,
  place: { userId: string; chatId: string; from: Date },
): RawBuilder<unknown> {
  return sql`
    select id from chat_history
    where user_id = ${place.userId}::uuid and session_id = ${place.chatId}::uuid and ${parent}
      and created_at >= ${place.from}::timestamptz
    offset 0
  `
}

/** When what hangs on `id` can have been made. A parameter, which is what lets Postgres leave earlier months alone. */
function earliest(id: string): Date {
  return new Date(timestampOf(id).getTime() - CLOCK_TOLERANCE_MS)
}
