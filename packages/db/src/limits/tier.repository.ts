import { sql } from 'kysely'
import type { Insertable, Kysely } from 'kysely'
import { isPostgresError } from '../connection/postgres-error.ts'
import type { Database } from '../tables/database.ts'
import type { TierRow, TiersTable } from '../tables/tiers.ts'

// Tiers concern nobody in particular: no policy guards them.

/** What a guest and a new member are of; they stay, whatever an administrator does. */
const LASTING_TIERS: ReadonlySet<string> = new Set(['guest', 'free'])

/** From the least to the most. */
export async function listTiers(db: Kysely<Database>): Promise<TierRow[]> {
  return db.selectFrom('tiers').selectAll().orderBy('position').orderBy('name').execute()
}

/** Changes a tier, or makes it; a new one comes after all others. */
export async function saveTier(
  db: Kysely<Database>,
  tier: Omit<Insertable<TiersTable>, 'position' | 'updatedAt'>,
): Promise<TierRow> {
  const { name: _name, ...limits } = tier
  return db
    .insertInto('tiers')
    .values({
      ...tier,
      position: sql<number>`(select coalesce(max(position), 0) + 1 from tiers)`,
    })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ ...limits, updatedAt: sql<Date>`now()` }),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** @returns `in-use` where a user is of it, or everybody may become it */
export async function removeTier(
  db: Kysely<Database>,
  name: string,
): Promise<'removed' | 'in-use' | 'not-found'> {
  if (LASTING_TIERS.has(name)) return 'in-use'
  try {
    const { numDeletedRows } = await db
      .deleteFrom('tiers')
      .where('name', '=', name)
      .executeTakeFirst()
    return numDeletedRows > 0n ? 'removed' : 'not-found'
  } catch (error) {
    if (isPostgresError(error) && error.code === '23503') return 'in-use'
    throw error
  }
}
