import type { AnswerFinish, MessagePart, Problem } from '@brainlyx/chat-contract'
import { sql } from 'kysely'
import type { RawBuilder, Transaction } from 'kysely'
import { textBytesOf } from '../budgets/turn-price.ts'
import type { TurnPrice } from '../budgets/turn-price.ts'
import { newestUnder } from '../chats/branch.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { madeAfter } from '../partitions/time-window.ts'
import { addToOutbox } from '../outbox/outbox.repository.ts'
import type { OutboxMessage } from '../outbox/outbox.repository.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'
import { lockCurrentUserId } from '../users/merge-guest.ts'
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
  outbox?: readonly OutboxMessage[]
  /** `processes.id` of who runs the chat's next turn, where one waits; null: any worker may take it. */
  nextOwner: string | null
  /** What the chat's next turn may cost, which is taken from the budgets when it begins. */
  priceOf: (model: string) => TurnPrice
}

export interface FinishedTurn {
  turn: TurnRow
  /** What waited for this end and runs from now on. */
  next: PromotedTurn | undefined
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
  const userId = await lockCurrentUserId(db, ending.userId)
  const transaction = asUser(db, userId)
  const chat = await transaction
    .selectFrom('chatSessions')
    .select(['activeTurnId', 'lastMessageId'])
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .forUpdate()
    .executeTakeFirst()
  // Before the guard, which the ledger has of its own: what was called for a chat that is gone was called nevertheless.
  for (const attempt of ending.attempts ?? []) await settleAttempt(transaction, attempt)
  const turn = await transaction
    .updateTable('turns')
    .set({
      state: ending.state,
      finish: ending.finish,
      problem: ending.problem === undefined ? null : JSON.stringify(ending.problem),
      answerMessageId: answer?.messageId ?? null,
      costPicoUsd: sumOfAttempts({ userId, turnId }, 'cost_pico_usd'),
      endedAt: sql<Date>`now()`,
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', turnId)
    .where('createdAt', '=', timestampOf(turnId))
    .where('userId', '=', userId)
    .where('state', '=', 'running')
    .where('owner', '=', ending.owner)
    .where('epoch', '=', ending.epoch)
    .returningAll()
    .executeTakeFirst()
  if (turn === undefined) return undefined
  if (answer !== undefined) {
    await transaction
      .insertInto('chatHistory')
      .values({
        id: answer.messageId,
        createdAt: timestampOf(answer.messageId),
        userId,
        sessionId: chatId,
        turnId,
        parentId: turn.userMessageId,
        role: 'assistant',
        parts: JSON.stringify(answer.parts),
        model: answer.model,
        finish: ending.finish,
        costPicoUsd: turn.costPicoUsd,
        inputTokens: sumOfAttempts({ userId, turnId }, 'input_tokens'),
        outputTokens: sumOfAttempts({ userId, turnId }, 'output_tokens'),
      })
      .execute()
  }
  await addToOutbox(transaction, ending.outbox ?? [], userId)
  if (chat?.activeTurnId !== turnId) return { turn, next: undefined }
  const answerBytes = textBytesOf(answer?.parts ?? [])
  const lastMessageId = answer?.messageId ?? (await lastWithout(transaction, turn))
  const next = await promoteWaitingTurn(transaction, {
    userId,
    chatId,
    afterTurnId: turnId,
    lastMessageId,
    answerBytes,
    owner: ending.nextOwner,
    priceOf: ending.priceOf,
  })
  if (next === undefined) {
    const isShown = chat.lastMessageId === turn.userMessageId
    await transaction
      .updateTable('chatSessions')
      .set({
        activeTurnId: null,
        updatedAt: sql<Date>`now()`,
        textBytes: sql<bigint | null>`text_bytes + ${answerBytes}::bigint`,
        ...(isShown && { lastMessageId }),
      })
      .where('id', '=', chatId)
      .where('userId', '=', userId)
      .execute()
  }
  return { turn, next }
}

/** Over all calls that were made for the turn; null where none tells. */
function sumOfAttempts<T extends number | bigint>(
  turn: { userId: string; turnId: string },
  column: 'cost_pico_usd' | 'input_tokens' | 'output_tokens',
): RawBuilder<T | null> {
  const { from, until } = madeAfter(turn.turnId)
  return sql`(
    select sum(${sql.ref(column)})::${sql.raw(column === 'cost_pico_usd' ? 'bigint' : 'integer')} from attempts
    where user_id = ${turn.userId}::uuid and turn_id = ${turn.turnId}::uuid
      and created_at between ${from}::timestamptz and ${until}::timestamptz
  )`
}

/** Without an answer the earlier ones to the same question are the newest, where there are any. */
async function lastWithout(
  transaction: Transaction<Database>,
  { userId, sessionId, userMessageId }: TurnRow,
): Promise<string | null> {
  if (userMessageId === null) return null
  return newestUnder(transaction, { userId, chatId: sessionId, messageId: userMessageId })
}
