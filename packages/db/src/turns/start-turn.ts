import type { MessagePart } from '@brainlyx/chat-contract'
import { sql } from 'kysely'
import type { Kysely, RawBuilder, Transaction } from 'kysely'
import { budgetRefusal } from '../budgets/budget-refused-error.ts'
import { monthOf, reservationOf, sliceOf, textBytesOf } from '../budgets/turn-price.ts'
import type { TurnPrice } from '../budgets/turn-price.ts'
import { isPostgresError } from '../connection/postgres-error.ts'
import { retryDeadlock } from '../connection/retry-deadlock.ts'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import type { OutboxMessage } from '../outbox/outbox.repository.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'
import { joinLine } from './join-line.ts'
import { TurnRefusedError } from './turn-refused-error.ts'

export interface NewTurn {
  /** UUIDv7; the client's own, or from `newId()`. */
  turnId: string
  userId: string
  /** From `newId()` where the chat begins with this turn. */
  chatId: string
  newChat: boolean
  /** `processes.id` of this process. */
  owner: string
  /** Of what was asked for, to tell a repeated request from another one under the same id. */
  requestHash: Buffer
  userMessageId: string
  parts: MessagePart[]
  /** The message of this chat that the new one follows; absent: the last that is shown; null: the chat begins anew. */
  parentId?: string | null
  /** `userMessageId` is in the chat already and gets another answer. */
  answersAnew?: boolean
  model: string
  /** What it may cost; taken from the budgets where it runs at once. */
  price: TurnPrice
  outbox?: readonly OutboxMessage[]
}

/**
 * Accepts a turn. In a free chat it runs: its row (`running`, epoch 1), the user's message, what must follow, and the
 * chat that is now busy and shows the message. In a busy one it waits in line. From the commit on, nothing of it may be
 * lost. Where it runs that is one statement, and so one round trip: every first token waits for it.
 * @throws {TurnRefusedError}
 * @throws {BudgetRefusedError} where it would run at once
 */
export async function startTurn(db: Kysely<Database>, turn: NewTurn): Promise<TurnRow> {
  return isTransaction(db) ? accept(db, turn) : retryDeadlock(() => accept(db, turn))
}

async function accept(db: Kysely<Database>, turn: NewTurn): Promise<TurnRow> {
  try {
    const row = await runAtOnce(db, turn)
    if (row !== undefined) return row
    if (turn.newChat) throw new TurnRefusedError('user-not-found')
    const join = (transaction: Transaction<Database>): Promise<TurnRow> =>
      joinLine(asUser(transaction, turn.userId), turn, () => runAtOnce(transaction, turn))
    return await (isTransaction(db) ? join(db) : db.transaction().execute(join))
  } catch (error) {
    if (isTakenTurnId(error)) throw new TurnRefusedError('turn-exists')
    throw budgetRefusal(error) ?? error
  }
}

/** undefined, and nothing done, where the chat is busy or not there. */
async function runAtOnce(db: Kysely<Database>, turn: NewTurn): Promise<TurnRow | undefined> {
  const month = monthOf(new Date())
  const { rows } = await sql<TurnRow>`
    with chat as (${turn.newChat ? createBusyChat(turn) : occupyChat(turn)}),
    message as (
      insert into chat_history
        (id, created_at, user_id, session_id, turn_id, parent_id, role, parts)
      select
        ${turn.userMessageId}::uuid, ${timestampOf(turn.userMessageId)}::timestamptz,
        ${turn.userId}::uuid, ${turn.chatId}::uuid, ${turn.turnId}::uuid, parent_id,
        'user', ${JSON.stringify(turn.parts)}::jsonb
      from chat
      where not ${turn.answersAnew ?? false}
    ),
    ${markFork(turn)}
    reserved as materialized (
      select amount, reserve_or_refuse(
        ${turn.userId}::uuid, null, null, amount, ${month}::date, ${sliceOf(turn.turnId)}::integer
      ) as slice
      from (select ${reservationOf(turn.price, sql`text_bytes`)} as amount from chat) as estimate
    ),
    following as (
      insert into outbox (id, created_at, topic, payload, traceparent)
      select id, created_at, topic, payload, traceparent
      from chat, jsonb_to_recordset(${JSON.stringify(outboxRows(turn))}::jsonb)
        as message (id uuid, created_at timestamptz, topic text, payload jsonb, traceparent text)
    )
    insert into turns
      (id, created_at, user_id, session_id, state, owner, epoch, request_hash, user_message_id, model,
        reserved_pico_usd, reserved_month, reserved_slice)
    select
      ${turn.turnId}::uuid, ${timestampOf(turn.turnId)}::timestamptz, ${turn.userId}::uuid,
      ${turn.chatId}::uuid, 'running', ${turn.owner}, 1, ${turn.requestHash}::bytea,
      ${turn.userMessageId}::uuid, ${turn.model}, amount, ${month}::date, slice
    from reserved
    returning *
  `.execute(asUser(db, turn.userId))
  return rows[0]
}

/** A guest who is being merged, or a user being deleted, must not leave a chat behind: the lock waits for it. */
function createBusyChat(turn: NewTurn): RawBuilder<unknown> {
  return sql`
    insert into chat_sessions (id, user_id, created_at, active_turn_id, last_message_id, text_bytes)
    select
      ${turn.chatId}::uuid, id, ${timestampOf(turn.chatId)}::timestamptz,
      ${turn.turnId}::uuid, ${turn.userMessageId}::uuid, ${textBytesOf(turn.parts)}::bigint
    from users
    where id = ${turn.userId} and merged_into is null and deleting_at is null and banned_at is null
    for key share
    returning null::uuid as parent_id, text_bytes
  `
}

/** Nothing where the chat is busy, or not there for this user. */
function occupyChat(turn: NewTurn): RawBuilder<unknown> {
  const parentId = turn.parentId === undefined ? sql`free.last_message_id` : sql`${turn.parentId}`
  const isBranch = mayFork(turn)
    ? sql`${followed(turn)}::uuid is distinct from free.last_message_id`
    : sql`false`
  return sql`
    update chat_sessions
    set active_turn_id = ${turn.turnId}, last_message_id = ${turn.userMessageId}, updated_at = now(),
      branched = branched or (${isBranch} and branched is not null),
      text_bytes = text_bytes + ${turn.answersAnew ? 0 : textBytesOf(turn.parts)}::bigint
    from (
      select id, last_message_id from chat_sessions
      where id = ${turn.chatId} and user_id = ${turn.userId} and active_turn_id is null
      for update
    ) as free
    where chat_sessions.id = free.id and chat_sessions.user_id = ${turn.userId}
    returning ${parentId}::uuid as parent_id, text_bytes, ${isBranch} as is_branch
  `
}

/** Where a message follows what the chat shows last, nothing follows that yet. */
function mayFork({ newChat, parentId, answersAnew = false }: NewTurn): boolean {
  return !newChat && (parentId !== undefined || answersAnew)
}

/** Which message the next one that is written follows. */
function followed({ answersAnew = false, userMessageId, parentId }: NewTurn): string | null {
  return answersAnew ? userMessageId : (parentId ?? null)
}

/** One more part of the statement, where a branch may begin. */
function markFork(turn: NewTurn): RawBuilder<unknown> {
  const messageId = followed(turn)
  if (messageId === null || !mayFork(turn)) return sql``
  return sql`
    fork as (
      update chat_history set forked = true
      from chat
      where is_branch and not forked and chat_history.id = ${messageId}::uuid
        and created_at = ${timestampOf(messageId)}::timestamptz and user_id = ${turn.userId}::uuid
    ),
  `
}

function outboxRows({ outbox = [] }: NewTurn): object[] {
  return outbox.map(({ topic, payload, traceparent }) => {
    const id = newId()
    return { id, created_at: timestampOf(id), topic, payload, traceparent: traceparent ?? null }
  })
}

function isTransaction(db: Kysely<Database>): db is Transaction<Database> {
  return db.isTransaction
}

function isTakenTurnId(error: unknown): boolean {
  return (
    isPostgresError(error) && error.code === '23505' && error.table?.startsWith('turns') === true
  )
}
