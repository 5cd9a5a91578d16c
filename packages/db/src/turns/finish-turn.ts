import type { AnswerFinish, MessagePart, Problem } from '@brainlyx/chat-contract'
import { sql } from 'kysely'
import type { RawBuilder, Transaction } from 'kysely'
import { textBytesOf } from '../budgets/turn-price.ts'
import type { TurnPrice } from '../budgets/turn-price.ts'
import { newestUnder, questionOf } from '../chats/branch.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { acceptedAfter, madeAfter } from '../partitions/time-window.ts'
import { addToOutbox } from '../outbox/outbox.repository.ts'
import type { OutboxMessage } from '../outbox/outbox.repository.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'
import { settleAttempt } from './attempt.repository.ts'
import type { SettledAttempt } from './attempt.repository.ts'
import { promoteWaitingTurn } from './promote-waiting-turn.ts'
import type { PromotedTurn } from './promote-waiting-turn.ts'

export interface TurnEnding {
  turnId: string
  chatId: string
  /** Whoever started it; a guest who has been merged since is followed. */
  userId: string
  /** The guard: both as this process last had them. */
  owner: string
  epoch: number
  state: 'completed' | 'stopped' | 'failed'
  finish: AnswerFinish
  problem?: Problem
  /** Absent where nothing was answered. */
  answer?: { messageId: string; parts: MessagePart[]; model: string }
  /** What is left of the ledger to settle. */
  attempts?: readonly SettledAttempt[]
  /** What must follow; by the chat as it is then. */
  following?: (chat: { title: string | null }) => readonly OutboxMessage[]
  /** `processes.id` of who runs the chat's next turn, where one waits; null: any worker may take it. */
  nextOwner: string | null
  /** What the chat's next turn may cost, which is taken from the budgets when it begins. */
  priceOf: (model: string) => TurnPrice
}

export interface FinishedTurn {
  turn: TurnRow
  /** What waited for this end and runs from now on. */
  next: PromotedTurn | undefined
  /** Something was left in the outbox. */
  isFollowed: boolean
}

/**
 * Ends a turn: the only answer it will ever have, its state, what it cost, what must follow, and the chat that is free
 * again or goes on with the next turn in its line. The chat shows the answer unless its user has turned to another branch
 * meanwhile. What it had reserved is given back at the commit.
 * @returns undefined, and nothing changed but the ledger, where the turn belongs to another owner or epoch by now, has ended, or was
 * deleted with its chat
 */
export async function finishTurn(
  db: Transaction<Database>,
  ending: TurnEnding,
): Promise<FinishedTurn | undefined> {
  const { turnId, chatId, answer } = ending
  const { userId, chat } = await lockChat(db, ending)
  const transaction = asUser(db, userId)
  // Before the guard, which the ledger has of its own: what was called for a chat that is gone was called nevertheless.
  for (const attempt of ending.attempts ?? []) await settleAttempt(transaction, attempt)
  const lastMessageId = answer?.messageId ?? (await lastWithout(transaction, { ...ending, userId }))
  const answerBytes = textBytesOf(answer?.parts ?? [])
  const ended = await end(transaction, { ...ending, userId, lastMessageId, answerBytes })
  if (ended === undefined) return undefined
  const { isChatFree, ...turn } = ended
  const outbox = (chat && ending.following?.(chat)) ?? []
  await addToOutbox(transaction, outbox, userId)
  const isFollowed = outbox.length > 0
  if (isChatFree || chat?.activeTurnId !== turnId) return { turn, next: undefined, isFollowed }
  const next = await promoteWaitingTurn(transaction, {
    userId,
    chatId,
    afterTurnId: turnId,
    lastMessageId,
    answerBytes,
    owner: ending.nextOwner,
    priceOf: ending.priceOf,
  })
  return { turn, next, isFollowed }
}

interface LockedChat {
  /** Whom the turn belongs to now. */
  userId: string
  /** undefined: it was deleted. */
  chat: { activeTurnId: string | null; title: string | null } | undefined
}

/** The user before the chat, as everywhere, so that nobody waits for each other. */
async function lockChat(
  db: Transaction<Database>,
  { userId, chatId }: Pick<TurnEnding, 'userId' | 'chatId'>,
): Promise<LockedChat> {
  const { rows } = await sql<{
    mergedInto: string | null
    id: string | null
    activeTurnId: string | null
    title: string | null
  }>`
    select holder.merged_into, chat.id, chat.active_turn_id, chat.title
    from (select id, merged_into from users where id = ${userId}::uuid for key share) as holder
    left join lateral (
      select id, active_turn_id, title from chat_sessions
      where id = ${chatId}::uuid and user_id = holder.id
      for update
    ) as chat on true
  `.execute(asUser(db, userId))
  const found = rows[0]
  if (found === undefined) return { userId, chat: undefined }
  if (found.mergedInto !== null) return lockChat(db, { userId: found.mergedInto, chatId })
  return { userId, chat: found.id === null ? undefined : found }
}

/**
 * The turn's own rows in one statement, and so in one round trip: its row, where the guard admits it, the answer, and
 * the chat, where no turn waits in it.
 */
async function end(
  transaction: Transaction<Database>,
  ending: TurnEnding & { lastMessageId: string | null; answerBytes: number },
): Promise<(TurnRow & { isChatFree: boolean }) | undefined> {
  const { turnId, chatId, userId, answer, lastMessageId } = ending
  const made = madeAfter(turnId)
  const accepted = acceptedAfter(turnId)
  const { rows } = await sql<TurnRow & { isChatFree: boolean }>`
    with spent as (
      select sum(cost_pico_usd)::bigint as cost_pico_usd, sum(input_tokens)::integer as input_tokens,
        sum(output_tokens)::integer as output_tokens
      from attempts
      where user_id = ${userId}::uuid and turn_id = ${turnId}::uuid
        and created_at between ${made.from}::timestamptz and ${made.until}::timestamptz
    ),
    ended as (
      update turns
      set state = ${ending.state}, finish = ${ending.finish},
        problem = ${ending.problem === undefined ? null : JSON.stringify(ending.problem)}::jsonb,
        answer_message_id = ${answer?.messageId ?? null}::uuid, cost_pico_usd = spent.cost_pico_usd,
        ended_at = now(), updated_at = now()
      from spent
      where id = ${turnId}::uuid and created_at = ${timestampOf(turnId)}::timestamptz
        and user_id = ${userId}::uuid and state = 'running'
        and owner = ${ending.owner} and epoch = ${ending.epoch}
      returning turns.*
    ),
    ${insertAnswer(ending)}
    freed as (
      update chat_sessions
      set active_turn_id = null, updated_at = now(), text_bytes = text_bytes + ${ending.answerBytes}::bigint,
        last_message_id =
          case when last_message_id = ended.user_message_id then ${lastMessageId}::uuid else last_message_id end
      from ended
      where chat_sessions.id = ${chatId}::uuid and chat_sessions.user_id = ${userId}::uuid
        and active_turn_id = ended.id
        and not exists (
          select from turns
          where user_id = ${userId}::uuid and session_id = ${chatId}::uuid and state = 'waiting'
            and created_at between ${accepted.from}::timestamptz and ${accepted.until}::timestamptz
        )
      returning chat_sessions.id
    )
    select ended.*, exists (select from freed) as is_chat_free from ended
  `.execute(transaction)
  return rows[0]
}

/** One more part of the statement, where something was answered. */
function insertAnswer({ userId, chatId, turnId, finish, answer }: TurnEnding): RawBuilder<unknown> {
  if (answer === undefined) return sql``
  return sql`
    answer as (
      insert into chat_history
        (id, created_at, user_id, session_id, turn_id, parent_id, role, parts, model, finish,
          cost_pico_usd, input_tokens, output_tokens)
      select
        ${answer.messageId}::uuid, ${timestampOf(answer.messageId)}::timestamptz, ${userId}::uuid,
        ${chatId}::uuid, ${turnId}::uuid, ended.user_message_id, 'assistant',
        ${JSON.stringify(answer.parts)}::jsonb, ${answer.model}, ${finish},
        spent.cost_pico_usd, spent.input_tokens, spent.output_tokens
      from ended cross join spent
    ),
  `
}

/** Without an answer the earlier ones to the same question are the newest, where there are any. */
async function lastWithout(
  transaction: Transaction<Database>,
  { userId, chatId, turnId }: Pick<TurnEnding, 'userId' | 'chatId' | 'turnId'>,
): Promise<string | null> {
  const messageId = await questionOf(transaction, { userId, turnId })
  return messageId === null ? null : newestUnder(transaction, { userId, chatId, messageId })
}
