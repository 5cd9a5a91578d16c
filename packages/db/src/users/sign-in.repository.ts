import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'

// Sign-ins are the auth library's sessions, whose columns are in camel case.

export interface SignInRow {
  readonly id: string
  readonly address: string | null
  readonly userAgent: string | null
  readonly createdAt: Date
  /** When an access token was last made from it, or it began. */
  readonly lastUsedAt: Date
}

/** A user's sign-ins that have not ended, the last used first. */
export async function listSignIns(db: Kysely<Database>, userId: string): Promise<SignInRow[]> {
  const { rows } = await sql<SignInRow>`
    select s."id" as id, s."ipAddress" as address, s."userAgent" as user_agent,
      s."createdAt" as created_at, s."updatedAt" as last_used_at
    from auth_identities i
    join auth."session" s on s."userId" = i.auth_user_id
    where i.user_id = ${userId} and s."expiresAt" > now()
    order by s."updatedAt" desc, s."id" desc
  `.execute(asUser(db, userId))
  return rows
}

/**
 * Ends sign-ins of a user: no access token is made from them any more.
 * @param which.signInId only this one
 * @param which.except all but this one
 * @returns the ids of those that have ended with this
 */
export async function deleteSignIns(
  db: Kysely<Database>,
  which: { userId: string; signInId?: string; except?: string },
): Promise<string[]> {
  const { userId, signInId = null, except = null } = which
  const { rows } = await sql<{ id: string }>`
    delete from auth."session" s
    using auth_identities i
    where i.user_id = ${userId} and s."userId" = i.auth_user_id
      and (${signInId}::text is null or s."id" = ${signInId})
      and (${except}::text is null or s."id" <> ${except})
    returning s."id" as id
  `.execute(asUser(db, userId))
  return rows.map((row) => row.id)
}

export interface LinkedAccountRow {
  /** `credential`: a password here. */
  readonly providerId: string
  readonly linkedAt: Date
}

/** By what one can sign in as this user. */
export async function listLinkedAccounts(
  db: Kysely<Database>,
  userId: string,
): Promise<LinkedAccountRow[]> {
  const { rows } = await sql<LinkedAccountRow>`
    select a."providerId" as provider_id, a."createdAt" as linked_at
    from auth_identities i
    join auth."account" a on a."userId" = i.auth_user_id
    where i.user_id = ${userId}
    order by a."createdAt", a."id"
  `.execute(asUser(db, userId))
  return rows
}

/** The account of the auth library that an account of a provider leads to. A system query. */
export async function findLinkedAuthUser(
  db: Kysely<Database>,
  account: { providerId: string; subject: string },
): Promise<string | undefined> {
  const { rows } = await sql<{ authUserId: string }>`
    select "userId" as auth_user_id from auth."account"
    where "providerId" = ${account.providerId} and "accountId" = ${account.subject}
  `.execute(db)
  return rows[0]?.authUserId
}
