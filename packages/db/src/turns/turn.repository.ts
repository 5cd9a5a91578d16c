import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asUser } from '../row-level-security/as-user.ts'
import { acceptedAfter } from '../partitions/time-window.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'

/** @throws {RangeError} where `turnId` is no UUIDv7 */
export async function findTurn(
  db: Kysely<Database>,
  turn: { userId: string; turnId: string },
): Promise<TurnRow | undefined> {
  return asUser(db, turn.userId)
    .selectFrom('turns')
    .selectAll()
    .where('id', '=', turn.turnId)
    .where('createdAt', '=', timestampOf(turn.turnId))
    .where('userId', '=', turn.userId)
    .executeTakeFirst()
}

/**
 * A chat's line; who is first is answered first.
 * @param chat.activeTurnId the turn that they wait for
 */
export async function listWaitingTurns(
  db: Kysely<Database>,
  chat: { userId: string; chatId: string; activeTurnId: string | null },
): Promise<TurnRow[]> {
  if (chat.activeTurnId === null) return []
  const { from, until } = acceptedAfter(chat.activeTurnId)
  return asUser(db, chat.userId)
    .selectFrom('turns')
    .selectAll()
    .where('userId', '=', chat.userId)
    .where('sessionId', '=', chat.chatId)
    .where('state', '=', sql.lit('waiting'))
    .where('createdAt', '>=', from)
    .where('createdAt', '<=', until)
    .orderBy('acceptedAt')
    .orderBy('id')
    .execute()
}

/**
 * Asks whoever produces the turn to stop; the first time counts. One that waits has ended with that, and its message
 * never joins the chat. A turn that has ended stays as it is.
 * @returns undefined where the user has no such turn
 */
export async function requestStop(
  db: Kysely<Database>,
  turn: { userId: string; turnId: string },
): Promise<TurnRow | undefined> {
  const asked = await asUser(db, turn.userId)
    .updateTable('turns')
    .set({ stopRequestedAt: sql<Date>`coalesce(stop_requested_at, now())` })
    .where('id', '=', turn.turnId)
    .where('createdAt', '=', timestampOf(turn.turnId))
    .where('userId', '=', turn.userId)
    .where('state', '=', sql.lit('running'))
    .returningAll()
    .executeTakeFirst()
  if (asked !== undefined) return asked
  const row = await findTurn(db, turn)
  if (row?.state !== 'waiting') return row
  const left = await db
    .transaction()
    .execute((transaction) => leaveLine(asUser(transaction, row.userId), row))
  // It may have begun at this moment.
  return left ?? requestStop(db, turn)
}

/** Under the chat's lock, as everything that changes who waits. */
async function leaveLine(
  transaction: Transaction<Database>,
  turn: TurnRow,
): Promise<TurnRow | undefined> {
  await transaction
    .selectFrom('chatSessions')
    .select('id')
    .where('id', '=', turn.sessionId)
    .where('userId', '=', turn.userId)
    .forUpdate()
    .execute()
  return transaction
    .updateTable('turns')
    .set({
      state: 'stopped',
      finish: 'stopped',
      waiting: null,
      stopRequestedAt: sql<Date>`now()`,
      endedAt: sql<Date>`now()`,
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', turn.id)
    .where('createdAt', '=', turn.createdAt)
    .where('userId', '=', turn.userId)
    .where('state', '=', sql.lit('waiting'))
    .returningAll()
    .executeTakeFirst()
}
