import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { asSystem } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'

/** Whether members would be left whom nobody administrates, were this administrator gone. A system query. */
export async function isLastAdministrator(
  db: Kysely<Database>,
  { userId }: { userId: string },
): Promise<boolean> {
  const others = asSystem(db, 'list-users')
    .selectFrom('users')
    .select('id')
    .where('id', '<>', userId)
    .where('deletingAt', 'is', null)
    .limit(sql.lit(1))
  const administrator = await others
    .where('role', '=', sql.lit('admin'))
    .where('bannedAt', 'is', null)
    .executeTakeFirst()
  if (administrator !== undefined) return false
  return (await others.where('kind', '=', sql.lit('member')).executeTakeFirst()) !== undefined
}
