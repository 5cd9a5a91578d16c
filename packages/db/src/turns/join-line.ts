import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { addToOutbox } from '../outbox/outbox.repository.ts'
import type { ChatRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow, WaitingMessage } from '../tables/turns.ts'
import type { NewTurn } from './start-turn.ts'
import { TurnRefusedError } from './turn-refused-error.ts'
import { findTurn, listWaitingTurns } from './turn.repository.ts'

/** How many turns of a chat may wait at once. */
const LINE_LIMIT = 20

/**
 * Accepts a turn of a busy chat: it waits, in the order of acceptance, and its message joins the chat when it begins.
 * The chat's lock makes the order, the limit and a repeated request certain. Where the chat has become free by then,
 * `runAtOnce` is the way.
 * @throws {TurnRefusedError} `chat-not-found`, `turn-exists`, `line-full`
 */
export async function joinLine(
  transaction: Transaction<Database>,
  turn: NewTurn,
  runAtOnce: () => Promise<TurnRow | undefined>,
): Promise<TurnRow> {
  const { turnId, userId, chatId } = turn
  const chat = await transaction
    .selectFrom('chatSessions')
    .selectAll()
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .forUpdate()
    .executeTakeFirst()
  if (chat === undefined) throw new TurnRefusedError('chat-not-found')
  const repeated = await findTurn(transaction, { userId, turnId })
  if (repeated !== undefined) throw new TurnRefusedError('turn-exists')
  const begun = chat.activeTurnId === null ? await runAtOnce() : undefined
  if (begun !== undefined) return begun

  const line = await listWaitingTurns(transaction, { ...chat, chatId })
  if (line.length >= LINE_LIMIT) throw new TurnRefusedError('line-full')
  const waiting: WaitingMessage = turn.answersAnew
    ? { parts: null }
    : { parts: turn.parts, ...(await placeOf(transaction, turn, chat, line.length)) }
  const row = await transaction
    .insertInto('turns')
    .values({
      id: turnId,
      createdAt: timestampOf(turnId),
      userId,
      sessionId: chatId,
      state: 'waiting',
      owner: null,
      epoch: 1,
      requestHash: turn.requestHash,
      userMessageId: turn.answersAnew ? turn.userMessageId : null,
      answerMessageId: null,
      model: turn.model,
      finish: null,
      stopRequestedAt: null,
      endedAt: null,
      waiting: JSON.stringify(waiting),
      // Taken when it begins.
      reservedPicoUsd: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await transaction
    .updateTable('chatSessions')
    .set({ updatedAt: sql<Date>`now()` })
    .where('id', '=', chatId)
    .where('userId', '=', userId)
    .execute()
  await addToOutbox(transaction, turn.outbox ?? [])
  return row
}

/**
 * What the message will follow: what its user chose; else the turn before it in line, which is to say nothing yet. One
 * who was reading another branch than the one being written, and so wrote for that, is taken at the word.
 */
async function placeOf(
  transaction: Transaction<Database>,
  turn: NewTurn,
  chat: ChatRow,
  before: number,
): Promise<{ parentId?: string | null }> {
  if (turn.parentId !== undefined) return { parentId: turn.parentId }
  if (before > 0 || chat.activeTurnId === null) return {}
  const running = await findTurn(transaction, { userId: turn.userId, turnId: chat.activeTurnId })
  return running?.userMessageId === chat.lastMessageId ? {} : { parentId: chat.lastMessageId }
}
