import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { asSystem, asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import type { StandingReason } from '../tables/users.ts'

/**
 * A guest signs in to an account: everything of theirs moves there. The guest's row stays and points at the account,
 * so that a turn that is running for the guest at this moment still finds its way (`currentUserId`).
 * @returns false, and nothing moved, where `guestId` is no guest or was merged before
 */
export async function mergeGuest(
  db: Transaction<Database>,
  merge: { guestId: string; userId: string },
): Promise<boolean> {
  const { guestId, userId } = merge
  if (guestId === userId) return false
  const transaction = asSystem(db, 'merge-guest')
  // FOR UPDATE waits for turns that are being started or finished for the guest, and makes later ones wait for us.
  const guest = await transaction
    .selectFrom('users')
    .select('id')
    .where('id', '=', guestId)
    .where('kind', '=', 'guest')
    .where('mergedInto', 'is', null)
    .where('deletingAt', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (guest === undefined) return false
  const change = { userId }
  await transaction.updateTable('chatSessions').set(change).where('userId', '=', guestId).execute()
  await transaction.updateTable('turns').set(change).where('userId', '=', guestId).execute()
  await transaction.updateTable('chatHistory').set(change).where('userId', '=', guestId).execute()
  await transaction.updateTable('attempts').set(change).where('userId', '=', guestId).execute()
  await sql`select merge_spending(${guestId}::uuid, ${userId}::uuid)`.execute(transaction)
  await transaction.updateTable('dataRequests').set(change).where('userId', '=', guestId).execute()
  await transaction
    .updateTable('authIdentities')
    .set(change)
    .where('userId', '=', guestId)
    .execute()
  await transaction
    .updateTable('users')
    .set({ mergedInto: userId, updatedAt: sql<Date>`now()` })
    .where('id', '=', guestId)
    .execute()
  await inheritStanding(transaction, merge)
  return true
}

/** Who has abused what they had as a guest does not leave that behind by signing in. */
async function inheritStanding(
  transaction: Transaction<Database>,
  { guestId, userId }: { guestId: string; userId: string },
): Promise<void> {
  await transaction
    .updateTable('users as account')
    .from('users as guest')
    .set({
      standing: sql<number>`guest.standing`,
      standingReason: sql<StandingReason>`guest.standing_reason`,
      standingChangedAt: sql<Date>`guest.standing_changed_at`,
    })
    .where('account.id', '=', userId)
    .where('guest.id', '=', guestId)
    .where('guest.standing', '<', 100)
    .whereRef('guest.standing', '<', 'account.standing')
    .execute()
}

/** Whom the data of `userId` belongs to now: the account that a guest was merged into, or the user itself. */
export async function currentUserId(db: Kysely<Database>, userId: string): Promise<string> {
  const row = await asUser(db, userId)
    .selectFrom('users')
    .select((eb) => eb.fn.coalesce('mergedInto', 'id').as('id'))
    .where('id', '=', userId)
    .executeTakeFirst()
  return row?.id ?? userId
}
