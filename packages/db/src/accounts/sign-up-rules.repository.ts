import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'
import type { SignUpRules } from '../tables/sign-up-rules.ts'

// System queries: there is no user in them.

/** undefined where no administrator has set any. */
export async function findSignUpRules(db: Kysely<Database>): Promise<SignUpRules | undefined> {
  return db.selectFrom('signUpRules').select(['mode', 'domains']).executeTakeFirst()
}

export async function setSignUpRules(db: Kysely<Database>, rules: SignUpRules): Promise<void> {
  const set = { mode: rules.mode, domains: [...rules.domains], updatedAt: sql<Date>`now()` }
  await db
    .insertInto('signUpRules')
    .values(set)
    .onConflict((conflict) => conflict.column('onlyRow').doUpdateSet(set))
    .execute()
}
