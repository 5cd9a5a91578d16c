import type { MessagePart } from '@brainlyx/chat-contract'
import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { addToOutbox } from '../outbox/outbox.repository.ts'
import type { OutboxMessage } from '../outbox/outbox.repository.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'
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
  model: string
  outbox?: readonly OutboxMessage[]
}

/**
 * Accepts a turn: its row (`running`, epoch 1), the user's message, what must follow, and the chat that is now busy.
 * From the commit on, nothing of it may be lost.
 * @throws {TurnRefusedError}
 */
export async function startTurn(
  transaction: Transaction<Database>,
  turn: NewTurn,
): Promise<TurnRow> {
  const parentId = turn.newChat
    ? await createBusyChat(transaction, turn)
    : await occupyChat(transaction, turn)
  const row = await transaction
    .insertInto('turns')
    .values({
      id: turn.turnId,
      createdAt: timestampOf(turn.turnId),
      userId: turn.userId,
      sessionId: turn.chatId,
      state: 'running',
      owner: turn.owner,
      epoch: 1,
      requestHash: turn.requestHash,
      userMessageId: turn.userMessageId,
      model: turn.model,
    })
    .onConflict((conflict) => conflict.columns(['id', 'createdAt']).doNothing())
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) throw new TurnRefusedError('turn-exists')
  await transaction
    .insertInto('chatHistory')
    .values({
      id: turn.userMessageId,
      createdAt: timestampOf(turn.userMessageId),
      userId: turn.userId,
      sessionId: turn.chatId,
      turnId: turn.turnId,
      parentId,
      role: 'user',
      parts: JSON.stringify(turn.parts),
    })
    .execute()
  await addToOutbox(transaction, turn.outbox ?? [])
  return row
}

/** @returns null: the first message has no parent */
async function createBusyChat(transaction: Transaction<Database>, turn: NewTurn): Promise<null> {
  // A guest who is being merged must not leave a chat behind: the lock waits for the merge and then finds nobody.
  const user = await transaction
    .selectFrom('users')
    .select('id')
    .where('id', '=', turn.userId)
    .where('mergedInto', 'is', null)
    .forKeyShare()
    .executeTakeFirst()
  if (user === undefined) throw new TurnRefusedError('user-not-found')
  await transaction
    .insertInto('chatSessions')
    .values({
      id: turn.chatId,
      userId: turn.userId,
      createdAt: timestampOf(turn.chatId),
      activeTurnId: turn.turnId,
      lastMessageId: turn.userMessageId,
    })
    .execute()
  return null
}

/** @returns the message that the new one answers */
async function occupyChat(
  transaction: Transaction<Database>,
  turn: NewTurn,
): Promise<string | null> {
  const chat = await transaction
    .selectFrom('chatSessions')
    .select(['activeTurnId', 'lastMessageId'])
    .where('id', '=', turn.chatId)
    .where('userId', '=', turn.userId)
    .forUpdate()
    .executeTakeFirst()
  if (chat === undefined) throw new TurnRefusedError('chat-not-found')
  if (chat.activeTurnId === turn.turnId) throw new TurnRefusedError('turn-exists')
  if (chat.activeTurnId !== null) {
    // A repeated request may arrive while a later turn runs.
    const repeated = await transaction
      .selectFrom('turns')
      .select('id')
      .where('id', '=', turn.turnId)
      .where('createdAt', '=', timestampOf(turn.turnId))
      .where('userId', '=', turn.userId)
      .executeTakeFirst()
    throw new TurnRefusedError(repeated === undefined ? 'turn-in-progress' : 'turn-exists')
  }
  await transaction
    .updateTable('chatSessions')
    .set({
      activeTurnId: turn.turnId,
      lastMessageId: turn.userMessageId,
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', turn.chatId)
    .where('userId', '=', turn.userId)
    .execute()
  return chat.lastMessageId
}
