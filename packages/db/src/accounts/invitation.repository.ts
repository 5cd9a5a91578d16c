import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { newId } from '../identifiers/new-id.ts'
import type { Database } from '../tables/database.ts'
import type { InvitationRow } from '../tables/invitations.ts'

// System queries: an invitation is nobody's until it is used, and then it names nobody.

export async function createInvitation(
  db: Kysely<Database>,
  invitation: Pick<InvitationRow, 'tokenHash' | 'email' | 'tier' | 'useLimit' | 'expiresAt'>,
): Promise<InvitationRow> {
  const { email, ...rest } = invitation
  return db
    .insertInto('invitations')
    .values({ id: newId(), email: email?.toLowerCase() ?? null, ...rest })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** The newest first. */
export async function listInvitations(
  db: Kysely<Database>,
  limit: number,
): Promise<InvitationRow[]> {
  return db.selectFrom('invitations').selectAll().orderBy('id', 'desc').limit(limit).execute()
}

/** @returns undefined where there is none */
export async function revokeInvitation(
  db: Kysely<Database>,
  invitationId: string,
): Promise<InvitationRow | undefined> {
  return db
    .updateTable('invitations')
    .set((eb) => ({ revokedAt: eb.fn.coalesce('revokedAt', sql<Date>`now()`) }))
    .where('id', '=', invitationId)
    .returningAll()
    .executeTakeFirst()
}

/** The invitation, where it can be used, and by `email` where that is given. */
export async function findInvitation(
  db: Kysely<Database>,
  invitation: { tokenHash: string; email?: string },
): Promise<InvitationRow | undefined> {
  const { tokenHash, email } = invitation
  return db
    .selectFrom('invitations')
    .selectAll()
    .where('tokenHash', '=', tokenHash)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`)
    .whereRef('uses', '<', 'useLimit')
    .$if(email !== undefined, (query) =>
      query.where((eb) => eb.or([eb('email', 'is', null), eb('email', '=', email!.toLowerCase())])),
    )
    .executeTakeFirst()
}

/** Uses it once, in the transaction that makes the account. @returns undefined where it cannot be used (any more) */
export async function takeInvitation(
  transaction: Transaction<Database>,
  invitation: { tokenHash: string; email: string },
): Promise<InvitationRow | undefined> {
  const found = await findInvitation(transaction, invitation)
  if (found === undefined) return undefined
  return transaction
    .updateTable('invitations')
    .set((eb) => ({ uses: eb('uses', '+', 1) }))
    .where('id', '=', found.id)
    .where('revokedAt', 'is', null)
    .whereRef('uses', '<', 'useLimit')
    .returningAll()
    .executeTakeFirst()
}

/** Forgets invitations a month after their end. @returns how many */
export async function purgeInvitations(db: Kysely<Database>): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('invitations')
    .where('expiresAt', '<', sql<Date>`now() - interval '30 days'`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
