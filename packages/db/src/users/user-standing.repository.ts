import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import type { UserRow } from '../tables/users.ts'

/** What an administrator changes of a user; what is left out stays. */
export interface UserStanding {
  readonly role?: 'user' | 'admin'
  readonly tier?: string
  readonly banned?: boolean
}

/** The user, whom nobody else changes until the transaction ends. undefined where there is none, or no more. */
export async function lockUser(
  db: Transaction<Database>,
  userId: string,
): Promise<UserRow | undefined> {
  return asUser(db, userId)
    .selectFrom('users')
    .selectAll()
    .where('id', '=', userId)
    .where('mergedInto', 'is', null)
    .where('deletingAt', 'is', null)
    .forUpdate()
    .executeTakeFirst()
}

/**
 * Changes a user that is locked.
 * @param standing.outdatesTokens the access tokens that are out there no longer say what is true
 * @throws 23503 where there is no such tier
 */
export async function changeUserStanding(
  db: Transaction<Database>,
  {
    userId,
    outdatesTokens,
    ...standing
  }: UserStanding & { userId: string; outdatesTokens: boolean },
): Promise<UserRow> {
  const { role, tier, banned } = standing
  return asUser(db, userId)
    .updateTable('users')
    .set({
      ...(role === undefined ? {} : { role }),
      ...(tier === undefined ? {} : { tier }),
      ...(banned === undefined ? {} : { bannedAt: banned ? sql<Date>`now()` : null }),
      ...(outdatesTokens ? { tokenVersion: sql<number>`token_version + 1` } : {}),
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow()
}
