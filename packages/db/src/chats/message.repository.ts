import type { Kysely } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import type { MessageRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'

/** How far two replicas' clocks may differ: a message's id can be that much older than its chat's. */
const CLOCK_TOLERANCE_MS = 60 * 60 * 1000

export interface MessageSlice {
  /** Oldest first. */
  readonly messages: MessageRow[]
  /** The oldest one's id, where there are older ones. */
  readonly nextCursor: string | null
}

/** A chat's last messages, or those before the message `before`. */
export async function listMessages(
  db: Kysely<Database>,
  page: { userId: string; chatId: string; limit: number; before?: string },
): Promise<MessageSlice> {
  const rows = await newestFirst(db, { ...page, limit: page.limit + 1 })
  const messages = rows.slice(0, page.limit).reverse()
  const more = rows.length > page.limit
  return { messages, nextCursor: more ? (messages[0]?.id ?? null) : null }
}

/**
 * The last `limit` messages on the way from the chat's beginning to the message `leafId`, oldest first: a chat is a
 * tree, and what another branch said does not belong into the prompt.
 */
export async function readHistory(
  db: Kysely<Database>,
  history: { userId: string; chatId: string; leafId: string; limit: number },
): Promise<MessageRow[]> {
  const { leafId, limit, ...chat } = history
  const path: MessageRow[] = []
  let wanted: string | null = leafId
  let before: string | undefined
  while (wanted !== null && path.length < limit) {
    // Parents are older than their children, so one walk through the newest first meets the whole path.
    const rows: MessageRow[] = await newestFirst(db, {
      ...chat,
      limit: Math.max(limit, 50),
      ...(before === undefined ? { upTo: leafId } : { before }),
    })
    if (rows.length === 0) break
    for (const row of rows) {
      if (row.id !== wanted || path.length >= limit) continue
      path.push(row)
      wanted = row.parentId
    }
    before = rows.at(-1)?.id
  }
  return path.reverse()
}

export async function findMessage(
  db: Kysely<Database>,
  message: { userId: string; messageId: string },
): Promise<MessageRow | undefined> {
  return db
    .selectFrom('chatHistory')
    .selectAll()
    .where('id', '=', message.messageId)
    .where('createdAt', '=', timestampOf(message.messageId))
    .where('userId', '=', message.userId)
    .executeTakeFirst()
}

/** Bounds on `created_at` are parameters made here, which is what lets Postgres leave other months alone. */
async function newestFirst(
  db: Kysely<Database>,
  page: { userId: string; chatId: string; limit: number; before?: string; upTo?: string },
): Promise<MessageRow[]> {
  const { userId, chatId, limit, before, upTo } = page
  const from = new Date(timestampOf(chatId).getTime() - CLOCK_TOLERANCE_MS)
  let query = db
    .selectFrom('chatHistory')
    .selectAll()
    .where('userId', '=', userId)
    .where('sessionId', '=', chatId)
    .where('createdAt', '>=', from)
  const bound = before ?? upTo
  if (bound !== undefined) {
    const time = timestampOf(bound)
    query = query
      .where('createdAt', '<=', time)
      .where((eb) =>
        eb(
          eb.refTuple('createdAt', 'id'),
          before === undefined ? '<=' : '<',
          eb.tuple(time, bound),
        ),
      )
  }
  return query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(limit).execute()
}
