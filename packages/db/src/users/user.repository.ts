import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asSystem, asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import type { UserRow } from '../tables/users.ts'

export interface NewUser {
  kind: 'guest' | 'member'
  authUserId: string
  name?: string | null
  /** Any case; kept in lower case. */
  email?: string | null
}

/** Makes our user for an account of the auth library. @throws 23505 where the address or the account is taken */
export async function createUser(
  transaction: Transaction<Database>,
  user: NewUser,
): Promise<UserRow> {
  const id = newId()
  const row = await asUser(transaction, id)
    .insertInto('users')
    .values({
      id,
      kind: user.kind,
      name: user.name ?? null,
      email: user.email?.toLowerCase() ?? null,
      createdAt: timestampOf(id),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await linkIdentity(transaction, { authUserId: user.authUserId, userId: id })
  return row
}

export async function findUser(db: Kysely<Database>, userId: string): Promise<UserRow | undefined> {
  return asUser(db, userId)
    .selectFrom('users')
    .selectAll()
    .where('id', '=', userId)
    .executeTakeFirst()
}

export async function findUserByAuthUser(
  db: Kysely<Database>,
  authUserId: string,
): Promise<UserRow | undefined> {
  return asSystem(db, 'find-account')
    .selectFrom('authIdentities')
    .innerJoin('users', 'users.id', 'authIdentities.userId')
    .selectAll('users')
    .where('authIdentities.authUserId', '=', authUserId)
    .executeTakeFirst()
}

/** A member by their address, in any case. */
export async function findUserByEmail(
  db: Kysely<Database>,
  email: string,
): Promise<UserRow | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from auth."user" where email = ${email.toLowerCase()}
  `.execute(db)
  return rows[0] && findUserByAuthUser(db, rows[0].id)
}

/** Points an account of the auth library at one of our users; an account that pointed elsewhere is moved. */
export async function linkIdentity(
  db: Kysely<Database>,
  identity: { authUserId: string; userId: string },
): Promise<void> {
  await asSystem(db, 'link-account')
    .insertInto('authIdentities')
    .values(identity)
    .onConflict((conflict) =>
      conflict.column('authUserId').doUpdateSet({ userId: identity.userId }),
    )
    .execute()
}

/** A guest signs up: the same user, now with an address. @returns undefined where it was no guest */
export async function promoteGuest(
  db: Kysely<Database>,
  member: { userId: string; email: string; name?: string | null },
): Promise<UserRow | undefined> {
  return asUser(db, member.userId)
    .updateTable('users')
    .set({
      kind: 'member',
      email: member.email.toLowerCase(),
      name: member.name ?? null,
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', member.userId)
    .where('kind', '=', 'guest')
    .where('mergedInto', 'is', null)
    .where('deletingAt', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

export async function setUserRole(
  db: Kysely<Database>,
  user: { userId: string; role: 'user' | 'admin' },
): Promise<void> {
  await asUser(db, user.userId)
    .updateTable('users')
    .set({ role: user.role, updatedAt: sql<Date>`now()` })
    .where('id', '=', user.userId)
    .execute()
}
