import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import type { OutboxRow } from '../tables/outbox.ts'

export interface OutboxMessage {
  /** A job's name. */
  topic: string
  /** Ids only: it passes through Redis in clear. */
  payload: Record<string, unknown>
  traceparent?: string | undefined
}

/** One that cannot be delivered stays in the table, for a person, and no longer holds others up. */
const DELIVERY_ATTEMPTS = 20

/**
 * Writes what must happen after the transaction, into the transaction.
 * @param userId whom it is done for: their tier decides who goes first
 */
export async function addToOutbox(
  transaction: Transaction<Database>,
  messages: readonly OutboxMessage[],
  userId?: string,
): Promise<void> {
  if (messages.length === 0) return
  const priority =
    userId === undefined
      ? null
      : sql<number>`(
          select tiers.priority from users join tiers on tiers.name = users.tier where users.id = ${userId}
        )`
  const rows = messages.map(({ topic, payload, traceparent }) => {
    const id = newId()
    return {
      id,
      createdAt: timestampOf(id),
      topic,
      payload: JSON.stringify(payload),
      traceparent: traceparent ?? null,
      priority,
    }
  })
  const writer = userId === undefined ? transaction : asUser(transaction, userId)
  await writer.insertInto('outbox').values(rows).execute()
}

/**
 * Takes the oldest undelivered messages for as long as the transaction lasts; others who take at the same time get
 * other ones. Mark them in the same transaction. A system query, as are the rest here.
 */
export async function takeFromOutbox(
  transaction: Transaction<Database>,
  limit: number,
): Promise<OutboxRow[]> {
  return transaction
    .selectFrom('outbox')
    .selectAll()
    .where('deliveredAt', 'is', null)
    .where('attempts', '<', DELIVERY_ATTEMPTS)
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

export async function markDelivered(
  transaction: Transaction<Database>,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  await transaction
    .updateTable('outbox')
    .set((eb) => ({ deliveredAt: sql<Date>`now()`, attempts: eb('attempts', '+', 1) }))
    .where('id', 'in', ids)
    .execute()
}

export async function markUndeliverable(
  transaction: Transaction<Database>,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  await transaction
    .updateTable('outbox')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('id', 'in', ids)
    .execute()
}

export async function countUndelivered(db: Kysely<Database>): Promise<number> {
  const { count } = await db
    .selectFrom('outbox')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('deliveredAt', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

/** Forgets messages that were delivered more than `olderThanMs` ago. @returns how many */
export async function purgeDelivered(db: Kysely<Database>, olderThanMs: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('outbox')
    .where('deliveredAt', '<', sql<Date>`now() - make_interval(secs => ${olderThanMs / 1000})`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
