import type { AnswerFinish, MessagePart, Problem } from '@brainlyx/chat-contract'
import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { addToOutbox } from '../outbox/outbox.repository.ts'
import type { OutboxMessage } from '../outbox/outbox.repository.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'
import { lockCurrentUserId } from '../users/merge-guest.ts'

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
  outbox?: readonly OutboxMessage[]
}

/**
 * Ends a turn: the only answer it will ever have, its state, what must follow, and the chat that is free again.
 * @returns undefined, and nothing changed, where the turn belongs to another owner or epoch by now, has ended, or was
 * deleted with its chat
 */
export async function finishTurn(
  transaction: Transaction<Database>,
  ending: TurnEnding,
): Promise<TurnRow | undefined> {
  const { turnId, chatId, answer } = ending
  const userId = await lockCurrentUserId(transaction, ending.userId)
  await transaction
    .selectFrom('chatSessions')
    .select('id')
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .forUpdate()
    .execute()
  const turn = await transaction
    .updateTable('turns')
    .set({
      state: ending.state,
      finish: ending.finish,
      problem: ending.problem === undefined ? null : JSON.stringify(ending.problem),
      answerMessageId: answer?.messageId ?? null,
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
      })
      .execute()
  }
  await transaction
    .updateTable('chatSessions')
    .set({
      activeTurnId: null,
      updatedAt: sql<Date>`now()`,
      ...(answer === undefined ? {} : { lastMessageId: answer.messageId }),
    })
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .where('activeTurnId', '=', turnId)
    .execute()
  await addToOutbox(transaction, ending.outbox ?? [])
  return turn
}
