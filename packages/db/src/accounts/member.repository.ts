import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { asSystem, asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import type { UserRow } from '../tables/users.ts'

/** Whose address this is; nobody's while the account is being deleted. A system query. */
export async function findUserByAddress(
  db: Kysely<Database>,
  address: string,
): Promise<UserRow | undefined> {
  return asSystem(db, 'find-by-address')
    .selectFrom('users')
    .selectAll()
    .where('email', '=', address.toLowerCase())
    .where('deletingAt', 'is', null)
    .executeTakeFirst()
}

/** A system query. */
export async function hasAdministrator(db: Kysely<Database>): Promise<boolean> {
  const row = await asSystem(db, 'find-administrator')
    .selectFrom('users')
    .select('id')
    .where('role', '=', sql.lit('admin'))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Where administrators read their mail: only addresses that they have confirmed. A system query. */
export async function listAdministratorAddresses(db: Kysely<Database>): Promise<string[]> {
  const rows = await asSystem(db, 'find-administrator')
    .selectFrom('users')
    .select('email')
    .where('role', '=', sql.lit('admin'))
    .where('email', 'is not', null)
    .where('emailVerifiedAt', 'is not', null)
    .where('bannedAt', 'is', null)
    .where('deletingAt', 'is', null)
    .orderBy('id')
    .execute()
  return rows.flatMap(({ email }) => email ?? [])
}

/**
 * The user has shown that they read what is sent to their address; the auth library is told too.
 * @returns false where it was known
 */
export async function confirmAddress(
  transaction: Transaction<Database>,
  user: { userId: string; address: string },
): Promise<boolean> {
  const { userId, address } = user
  const { numUpdatedRows } = await asUser(transaction, userId)
    .updateTable('users')
    .set({ emailVerifiedAt: sql<Date>`now()`, updatedAt: sql<Date>`now()` })
    .where('id', '=', userId)
    .where('email', '=', address)
    .where('emailVerifiedAt', 'is', null)
    .executeTakeFirst()
  await sql`
    update auth."user" set "emailVerified" = true, "updatedAt" = now() where email = ${address}
  `.execute(transaction)
  return Number(numUpdatedRows) > 0
}

export async function renameUser(
  db: Kysely<Database>,
  user: { userId: string; name: string | null },
): Promise<void> {
  await asUser(db, user.userId)
    .updateTable('users')
    .set({ name: user.name, updatedAt: sql<Date>`now()` })
    .where('id', '=', user.userId)
    .execute()
}

export async function setUserTier(
  db: Kysely<Database>,
  user: { userId: string; tier: string },
): Promise<void> {
  await asUser(db, user.userId)
    .updateTable('users')
    .set({ tier: user.tier, updatedAt: sql<Date>`now()` })
    .where('id', '=', user.userId)
    .execute()
}
