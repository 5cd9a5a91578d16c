import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { deleteChat } from '../chats/chat.repository.ts'
import { asSystem, asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'

export interface RetentionPolicy {
  readonly tier: string
  /** Days without activity after which a chat is deleted. */
  readonly chatIdleDays: number
}

export interface IdleChats {
  readonly chats: { userId: string; chatId: string }[]
  /** Where the next page begins; null where this was the last. */
  readonly nextUserId: string | null
}

/** The tiers whose chats are not kept for ever. */
export async function listRetentionPolicies(db: Kysely<Database>): Promise<RetentionPolicy[]> {
  return db
    .selectFrom('tiers')
    .select(['name as tier', 'chatIdleDays'])
    .where('chatIdleDays', 'is not', null)
    .$narrowType<{ chatIdleDays: number }>()
    .orderBy('name')
    .execute()
}

/**
 * Chats of a tier in which nothing has happened since `idleSince` and nothing runs or waits, of so many users at a
 * time. A system query: it goes through all users of the tier.
 * @param page.users how many; @param page.afterUserId of the page before
 */
export async function findIdleChats(
  db: Kysely<Database>,
  page: { tier: string; idleSince: Date; users: number; afterUserId?: string | null },
): Promise<IdleChats> {
  const { tier, idleSince, users, afterUserId = null } = page
  const { rows } = await sql<{ userId: string; chatIds: string[] }>`
    select id as user_id, array(
      select chat_sessions.id from chat_sessions
      where chat_sessions.user_id = users.id
        and updated_at < ${idleSince}::timestamptz and active_turn_id is null
    ) as chat_ids
    from users
    where tier = ${tier} and id > coalesce(${afterUserId}::uuid, '00000000-0000-0000-0000-000000000000')
    order by id
    limit ${users}
  `.execute(asSystem(db, 'find-idle-chats'))
  return {
    chats: rows.flatMap(({ userId, chatIds }) => chatIds.map((chatId) => ({ userId, chatId }))),
    nextUserId: rows.length < users ? null : rows.at(-1)!.userId,
  }
}

/**
 * Deletes a chat unless something has happened in it since it was found idle, or is happening.
 * @returns whether it did
 */
export async function deleteIdleChat(
  transaction: Transaction<Database>,
  chat: { userId: string; chatId: string; idleSince: Date },
): Promise<boolean> {
  const { userId, chatId, idleSince } = chat
  // Nobody waits in a chat in which nobody runs. Locked: whoever has it is using it.
  const idle = await asUser(transaction, userId)
    .selectFrom('chatSessions')
    .select('id')
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .where('updatedAt', '<', idleSince)
    .where('activeTurnId', 'is', null)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (idle === undefined) return false
  await deleteChat(transaction, { userId, chatId })
  return true
}
