import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import type { Database } from '../tables/database.ts'
import type { TurnRow } from '../tables/turns.ts'

/** @throws {RangeError} where `turnId` is no UUIDv7 */
export async function findTurn(
  db: Kysely<Database>,
  turn: { userId: string; turnId: string },
): Promise<TurnRow | undefined> {
  return db
    .selectFrom('turns')
    .selectAll()
    .where('id', '=', turn.turnId)
    .where('createdAt', '=', timestampOf(turn.turnId))
    .where('userId', '=', turn.userId)
    .executeTakeFirst()
}

/**
 * Asks whoever produces the turn to stop; the first time counts. A turn that has ended stays as it is.
 * @returns undefined where the user has no such turn
 */
export async function requestStop(
  db: Kysely<Database>,
  turn: { userId: string; turnId: string },
): Promise<TurnRow | undefined> {
  const asked = await db
    .updateTable('turns')
    .set({ stopRequestedAt: sql<Date>`coalesce(stop_requested_at, now())` })
    .where('id', '=', turn.turnId)
    .where('createdAt', '=', timestampOf(turn.turnId))
    .where('userId', '=', turn.userId)
    .where('state', '=', 'running')
    .returningAll()
    .executeTakeFirst()
  return asked ?? findTurn(db, turn)
}
