import {
  asSystem,
  asUser,
  createUser,
  findUserByAuthUser,
  linkIdentity,
  mergeGuest,
  promoteGuest,
  setUserRole,
  withMissingPartition,
} from '@brainlyx/db'
import type { Database, Reads, UserRow } from '@brainlyx/db'
import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'

/** What we need of an account of the auth library. */
export interface AuthAccount {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly isAnonymous?: boolean | null | undefined
}

export interface UserMapping {
  /** Our user for an account; made where it is missing, which also mends a sign-up that died half-way. */
  userOf(account: AuthAccount): Promise<UserRow>
  /** The auth library's ids of a user. */
  accountsOf(userId: string): Promise<string[]>
  /**
   * A new member: the guest that they were so far, or a new user.
   * @param completing what else belongs to the sign-up; in its transaction
   */
  signUp(
    account: AuthAccount,
    guestId: string | null,
    completing: (transaction: Transaction<Database>, member: UserRow) => Promise<UserRow>,
  ): Promise<UserRow>
  /** Moves a guest's chats to the account that they sign in to. @returns the accounts that now lead nowhere */
  takeOverGuest(guestId: string, userId: string): Promise<string[]>
  /** Forgets the guest's own account once another leads to the same user. @returns the forgotten accounts */
  retireOthers(userId: string, keptAccountId: string): Promise<string[]>
}

/** Any number, as long as it is always the same one: members are made one after another. */
const FIRST_MEMBER_LOCK = 7_236_518_301

/** @param firstMemberIsAdmin on a laptop, whoever signs up first administrates */
export function createUserMapping(options: {
  db: Kysely<Database>
  reads: Pick<Reads, 'noteWrite'>
  firstMemberIsAdmin: boolean
}): UserMapping {
  const { db, reads, firstMemberIsAdmin } = options

  async function makeMember(
    transaction: Transaction<Database>,
    account: AuthAccount,
  ): Promise<UserRow> {
    const { id: authUserId, email } = account
    return createUser(transaction, { kind: 'member', authUserId, email, name: nameOf(account) })
  }

  async function asFirstMember(
    transaction: Transaction<Database>,
    member: UserRow,
  ): Promise<UserRow> {
    if (!firstMemberIsAdmin) return member
    const other = await asSystem(transaction, 'find-first-member')
      .selectFrom('users')
      .select('id')
      .where('kind', '=', 'member')
      .where('id', '<>', member.id)
      .limit(1)
      .executeTakeFirst()
    if (other !== undefined) return member
    await setUserRole(transaction, { userId: member.id, role: 'admin' })
    return { ...member, role: 'admin' }
  }

  return {
    async userOf(account) {
      const known = await findUserByAuthUser(db, account.id)
      if (known !== undefined) return known
      return db.transaction().execute(async (transaction) => {
        await lockMembers(transaction)
        const meanwhile = await findUserByAuthUser(transaction, account.id)
        if (meanwhile !== undefined) return meanwhile
        if (account.isAnonymous === true) {
          return createUser(transaction, { kind: 'guest', authUserId: account.id })
        }
        return asFirstMember(transaction, await makeMember(transaction, account))
      })
    },

    async accountsOf(userId) {
      const rows = await asUser(db, userId)
        .selectFrom('authIdentities')
        .select('authUserId')
        .where('userId', '=', userId)
        .execute()
      return rows.map((row) => row.authUserId)
    },

    signUp(account, guestId, completing) {
      const run = async (transaction: Transaction<Database>): Promise<UserRow> => {
        await lockMembers(transaction)
        const promoted =
          guestId === null
            ? undefined
            : await promoteGuest(transaction, {
                userId: guestId,
                email: account.email,
                name: nameOf(account),
              })
        const member = promoted ?? (await makeMember(transaction, account))
        if (promoted !== undefined) {
          await linkIdentity(transaction, { authUserId: account.id, userId: promoted.id })
        }
        return completing(transaction, await asFirstMember(transaction, member))
      }
      return withMissingPartition(db, () => db.transaction().execute(run))
    },

    async takeOverGuest(guestId, userId) {
      const forgotten = await db.transaction().execute(async (transaction) => {
        const accounts = await asUser(transaction, guestId)
          .selectFrom('authIdentities')
          .select('authUserId')
          .where('userId', '=', guestId)
          .execute()
        if (!(await mergeGuest(transaction, { guestId, userId }))) return []
        const ids = accounts.map((account) => account.authUserId)
        if (ids.length > 0) {
          await asUser(transaction, userId)
            .deleteFrom('authIdentities')
            .where('userId', '=', userId)
            .where('authUserId', 'in', ids)
            .execute()
        }
        return ids
      })
      await reads.noteWrite(userId)
      return forgotten
    },

    async retireOthers(userId, keptAccountId) {
      const rows = await asUser(db, userId)
        .deleteFrom('authIdentities')
        .where('userId', '=', userId)
        .where('authUserId', '<>', keptAccountId)
        .returning('authUserId')
        .execute()
      return rows.map((row) => row.authUserId)
    },
  }
}

async function lockMembers(transaction: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${FIRST_MEMBER_LOCK})`.execute(transaction)
}

function nameOf(account: AuthAccount): string | null {
  return account.name === '' ? null : account.name
}
