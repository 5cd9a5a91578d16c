import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'

/** From the least to the most. */
export async function listTierNames(db: Kysely<Database>): Promise<string[]> {
  const rows = await db.selectFrom('tiers').select('name').orderBy('position').execute()
  return rows.map((row) => row.name)
}
