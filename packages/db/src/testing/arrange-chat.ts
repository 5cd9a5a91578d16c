import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { TurnPrice } from '../budgets/turn-price.ts'
import { newId } from '../identifiers/new-id.ts'
import type { Database } from '../tables/database.ts'
import type { UserRow } from '../tables/users.ts'
import { finishTurn } from '../turns/finish-turn.ts'
import type { FinishedTurn, TurnEnding } from '../turns/finish-turn.ts'
import { startTurn } from '../turns/start-turn.ts'
import type { NewTurn } from '../turns/start-turn.ts'
import { createUser } from '../users/user.repository.ts'

/** Of a model that costs nothing. */
export const NO_PRICE: TurnPrice = {
  inputPicoUsdPerToken: 0n,
  outputPicoUsdPerToken: 0n,
  contextTokens: 128_000,
  outputTokens: 16_000,
}

/** A guest to own what a test makes. */
export async function arrangeGuest(db: Kysely<Database>): Promise<UserRow> {
  return db
    .transaction()
    .execute((transaction) => createUser(transaction, { kind: 'guest', authUserId: newId() }))
}

/** A turn to start: in a new chat of `userId` unless told otherwise. */
export function newTurn(turn: Partial<NewTurn> & { userId: string; owner: string }): NewTurn {
  return {
    turnId: newId(),
    chatId: newId(),
    newChat: turn.chatId === undefined,
    requestHash: createHash('sha256').update('hello').digest(),
    userMessageId: newId(),
    parts: [{ type: 'text', text: 'hello' }],
    model: 'auto',
    price: NO_PRICE,
    ...turn,
  }
}

/** Starts it; in a busy chat it waits. */
export async function arrangeTurn(
  db: Kysely<Database>,
  turn: Partial<NewTurn> & { userId: string; owner: string },
): Promise<NewTurn> {
  const arranged = newTurn(turn)
  await startTurn(db, arranged)
  return arranged
}

/** Ends a running turn of its owner at its first epoch: completed, with an answer, unless told otherwise. */
export async function arrangeEnd(
  db: Kysely<Database>,
  turn: Pick<NewTurn, 'turnId' | 'chatId' | 'userId' | 'owner'>,
  ending: Partial<TurnEnding> = {},
): Promise<FinishedTurn> {
  const { turnId, chatId, userId, owner } = turn
  const finished = await db.transaction().execute((transaction) =>
    finishTurn(transaction, {
      turnId,
      chatId,
      userId,
      owner,
      epoch: 1,
      state: 'completed',
      finish: 'stop',
      answer: { messageId: newId(), parts: [{ type: 'text', text: 'yes' }], model: 'gpt-9' },
      nextOwner: owner,
      priceOf: () => NO_PRICE,
      ...ending,
    }),
  )
  if (finished === undefined) throw new Error(`${turnId} is not ${owner}'s to end`)
  return finished
}
