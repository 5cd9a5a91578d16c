import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asSystem } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'

// System queries: they concern one process's turns, whosever they are.

/**
 * Gives a running turn up: nobody owns it, and any worker takes it at once.
 * @param release `crashed` where producing it is what failed, which only so many owners try
 * @returns false, and nothing changed, where it belongs to another owner or epoch by now, or has ended
 */
export async function releaseTurn(
  db: Kysely<Database>,
  release: { turnId: string; owner: string; epoch: number; crashed: boolean },
): Promise<boolean> {
  const { turnId, owner, epoch, crashed } = release
  const { numUpdatedRows } = await asSystem(db, 'release-turns')
    .updateTable('turns')
    .set((eb) => ({
      owner: null,
      crashes: eb('crashes', '+', crashed ? 1 : 0),
      updatedAt: sql<Date>`now()`,
    }))
    .where('id', '=', turnId)
    .where('createdAt', '=', timestampOf(turnId))
    .where('state', '=', sql.lit('running'))
    .where('owner', '=', owner)
    .where('epoch', '=', epoch)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * Gives up what a process owns and does not produce: a turn that it lost while it could not reach the database, or one
 * whose claim it never heard of. Otherwise such a turn would be an orphan that nobody takes from the living.
 * @param idle `running`: what it produces; `idleMs`: younger changes are left alone, since they may be on their way
 * @returns the turns' ids
 */
export async function releaseIdleTurns(
  db: Kysely<Database>,
  idle: { owner: string; running: readonly string[]; idleMs: number },
): Promise<string[]> {
  const rows = await asSystem(db, 'release-turns')
    .updateTable('turns')
    .set({ owner: null, updatedAt: sql<Date>`now()` })
    .where('owner', '=', idle.owner)
    .where('state', '=', sql.lit('running'))
    .where('updatedAt', '<', sql<Date>`now() - make_interval(secs => ${idle.idleMs / 1000})`)
    .where(sql<boolean>`id <> all(${[...idle.running]}::uuid[])`)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}
