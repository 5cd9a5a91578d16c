import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'

/** Tokens read and written for the user by calls that began between two times and have been settled, from the ledger. */
export async function countTokens(
  db: Kysely<Database>,
  period: { userId: string; from: Date; until: Date },
): Promise<bigint> {
  const { userId, from, until } = period
  const { tokens } = await asUser(db, userId)
    .selectFrom('attempts')
    .select(
      sql<bigint>`coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)), 0)::bigint`.as(
        'tokens',
      ),
    )
    .where('userId', '=', userId)
    .where('createdAt', '>=', from)
    .where('createdAt', '<=', until)
    .executeTakeFirstOrThrow()
  return tokens
}
