import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import { asUser } from '../row-level-security/as-user.ts'
import type { DataRequestRow } from '../tables/data-requests.ts'
import type { Database } from '../tables/database.ts'
import { insertDataRequest } from './data-request.repository.ts'

/**
 * The first step of deleting an account, in the transaction that accepts the request: nobody can sign in to it any
 * more, its name and address are gone and may be used anew, nothing new begins for it, and a job has the rest deleted.
 * @returns undefined where the account is being deleted already, or is a guest who signed in to another
 */
export async function closeAccount(
  db: Transaction<Database>,
  account: { userId: string; traceparent?: string | undefined },
): Promise<DataRequestRow | undefined> {
  const { userId } = account
  const transaction = asUser(db, userId)
  const user = await transaction
    .selectFrom('users')
    .select(['id', 'email'])
    .where('id', '=', userId)
    .where('deletingAt', 'is', null)
    .where('mergedInto', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (user === undefined) return undefined
  const identities = await transaction
    .deleteFrom('authIdentities')
    .where('userId', '=', userId)
    .returning('authUserId')
    .execute()
  await deleteSignIns(transaction, {
    authUserIds: identities.map((identity) => identity.authUserId),
    email: user.email,
  })
  await transaction
    .updateTable('users')
    .set({
      kind: 'guest',
      role: 'user',
      name: null,
      email: null,
      emailVerifiedAt: null,
      deletingAt: sql<Date>`now()`,
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', userId)
    .execute()
  return insertDataRequest(transaction, { ...account, kind: 'account-deletion' })
}

/** What names an address and no user. */
const ADDRESS_COLUMNS = { mails: 'address', mailbox: 'address', invitations: 'email' }

/** From the auth library's tables: sign-ins and password hashes go with its user. */
async function deleteSignIns(
  transaction: Transaction<Database>,
  { authUserIds, email }: { authUserIds: readonly string[]; email: string | null },
): Promise<void> {
  const named = [...authUserIds, ...(email === null ? [] : [email])]
  await sql`
    delete from auth.verification
    where exists (
      select from unnest(${named}::text[]) as name
      where position(name in identifier) > 0 or position(name in value) > 0
    )
  `.execute(transaction)
  if (email !== null) {
    for (const [table, column] of Object.entries(ADDRESS_COLUMNS)) {
      await sql`delete from ${sql.table(table)} where ${sql.ref(column)} = ${email}`.execute(
        transaction,
      )
    }
  }
  await sql`delete from auth."user" where id = any(${[...authUserIds]}::text[])`.execute(
    transaction,
  )
}
