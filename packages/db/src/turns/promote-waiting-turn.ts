import type { MessagePart } from '@brainlyx/chat-contract'
import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import type { BudgetRefusal } from '../budgets/budget-refused-error.ts'
import { monthOf, reservationOf, sliceOf, textBytesOf } from '../budgets/turn-price.ts'
import type { TurnPrice } from '../budgets/turn-price.ts'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { findMessage } from '../chats/message.repository.ts'
import { acceptedAfter } from '../partitions/time-window.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'

/** A turn that has just begun to run, with the message that it answers. */
export interface PromotedTurn {
  turn: TurnRow
  userMessage: { id: string; parts: MessagePart[] }
}

/**
 * The first of a chat's line begins: its message joins the chat, after the turn before it unless its user chose
 * another place, and the chat shows it. The caller holds the chat's lock and has ended the turn before. Where a budget
 * refuses it begins nevertheless, with nothing reserved, so that whoever runs it ends it at once and says which.
 * @returns undefined where nobody waits
 */
export async function promoteWaitingTurn(
  transaction: Transaction<Database>,
  line: {
    userId: string
    chatId: string
    /** The turn before, which has ended. */
    afterTurnId: string
    /** Its last message. */
    lastMessageId: string | null
    /** Of its answer's text, which the chat has not counted yet. */
    answerBytes: number
    /** `processes.id` of who will run it; null: any worker may take it. */
    owner: string | null
    priceOf: (model: string) => TurnPrice
  },
): Promise<PromotedTurn | undefined> {
  const { userId, chatId, owner } = line
  const { from, until } = acceptedAfter(line.afterTurnId)
  const next = await transaction
    .selectFrom('turns')
    .selectAll()
    .where('userId', '=', userId)
    .where('sessionId', '=', chatId)
    .where('state', '=', sql.lit('waiting'))
    .where('createdAt', '>=', from)
    .where('createdAt', '<=', until)
    .orderBy('acceptedAt')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (next === undefined) return undefined
  const userMessage = await joinChat(transaction, next, line.lastMessageId)
  const questionBytes = userMessage.isNew ? textBytesOf(userMessage.parts) : 0
  const isBranch = userMessage.follows !== line.lastMessageId
  if (isBranch) await markFork(transaction, { userId, messageId: userMessage.follows })
  await transaction
    .updateTable('chatSessions')
    .set({
      activeTurnId: next.id,
      lastMessageId: userMessage.id,
      updatedAt: sql<Date>`now()`,
      textBytes: sql<bigint | null>`text_bytes + ${line.answerBytes + questionBytes}::bigint`,
      branched: sql<boolean | null>`branched or (${isBranch}::boolean and branched is not null)`,
    })
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .execute()
  const reservation = await reserve(transaction, next, line.priceOf(next.model))
  const turn = await transaction
    .updateTable('turns')
    .set({
      ...reservation,
      state: 'running',
      owner,
      waiting: null,
      userMessageId: userMessage.id,
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', next.id)
    .where('createdAt', '=', next.createdAt)
    .where('userId', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow()
  return { turn, userMessage: { id: userMessage.id, parts: userMessage.parts } }
}

async function reserve(
  transaction: Transaction<Database>,
  { id, userId, sessionId }: TurnRow,
  price: TurnPrice,
): Promise<Pick<TurnRow, 'reservedPicoUsd' | 'reservedMonth' | 'reservedSlice' | 'refusedBy'>> {
  // What the turn before had reserved and did not need is there again.
  await sql`set constraints all immediate`.execute(transaction)
  await sql`set constraints all deferred`.execute(transaction)
  const month = monthOf(new Date())
  const { rows } = await sql<{
    amount: bigint
    slice: number | null
    refusedBy: BudgetRefusal | null
  }>`
    select amount, slice, refused_by
    from (
      select ${reservationOf(price, sql`text_bytes`)} as amount from chat_sessions
      where id = ${sessionId}::uuid and user_id = ${userId}::uuid
    ) as estimate
    cross join lateral reserve_spending(
      ${userId}::uuid, null, null, amount, ${month}::date, ${sliceOf(id)}::integer
    )
  `.execute(transaction)
  const { amount, slice, refusedBy } = rows[0]!
  return refusedBy === null
    ? { reservedPicoUsd: amount, reservedMonth: month, reservedSlice: slice, refusedBy }
    : { reservedPicoUsd: null, reservedMonth: null, reservedSlice: null, refusedBy }
}

async function markFork(
  transaction: Transaction<Database>,
  { userId, messageId }: { userId: string; messageId: string | null },
): Promise<void> {
  if (messageId === null) return
  await transaction
    .updateTable('chatHistory')
    .set({ forked: true })
    .where('id', '=', messageId)
    .where('createdAt', '=', timestampOf(messageId))
    .where('userId', '=', userId)
    .execute()
}

type JoinedMessage = PromotedTurn['userMessage'] & {
  isNew: boolean
  /** After which message the next one comes: itself, where it is answered anew. */
  follows: string | null
}

/** Writes the message of a turn that waited, or finds the one that is to be answered anew. */
async function joinChat(
  transaction: Transaction<Database>,
  next: TurnRow,
  lastMessageId: string | null,
): Promise<JoinedMessage> {
  const { userId, sessionId, userMessageId } = next
  const { parts, parentId = lastMessageId } = next.waiting ?? { parts: null }
  if (parts === null) {
    const answered = await findMessage(transaction, { userId, messageId: userMessageId! })
    const id = userMessageId!
    return { id, parts: answered?.parts ?? [], isNew: false, follows: id }
  }
  const id = newId()
  await transaction
    .insertInto('chatHistory')
    .values({
      id,
      createdAt: timestampOf(id),
      userId,
      sessionId,
      turnId: next.id,
      parentId,
      role: 'user',
      parts: JSON.stringify(parts),
    })
    .execute()
  return { id, parts, isNew: true, follows: parentId }
}
