import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { newId } from '../identifiers/new-id.ts'
import type { Database } from '../tables/database.ts'
import type { UserRow } from '../tables/users.ts'
import { startTurn } from '../turns/start-turn.ts'
import type { NewTurn } from '../turns/start-turn.ts'
import { createUser } from '../users/user.repository.ts'

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
    ...turn,
  }
}

/** Starts it. */
export async function arrangeTurn(
  db: Kysely<Database>,
  turn: Partial<NewTurn> & { userId: string; owner: string },
): Promise<NewTurn> {
  const arranged = newTurn(turn)
  await db.transaction().execute((transaction) => startTurn(transaction, arranged))
  return arranged
}
