import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'

/**
 * Notes that the code of this step of time has been accepted. Of many who come at once with the same one, the row lets
 * one pass.
 * @returns false where this one, or a later one, was accepted before
 */
export async function takeTotpStep(
  db: Kysely<Database>,
  code: { authUserId: string; step: number },
): Promise<boolean> {
  const { rows } = await sql`
    update auth."twoFactor" set "lastStep" = ${code.step}
    where "userId" = ${code.authUserId} and coalesce("lastStep", 0) < ${code.step}
    returning "id"
  `.execute(db)
  return rows.length > 0
}
