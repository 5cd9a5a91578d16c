import type { SignUpInput } from '@brainlyx/chat-contract'
import { confirmAddress, setUserTier, takeInvitation } from '@brainlyx/db'
import type { Database, UserRow } from '@brainlyx/db'
import type { Kysely, Transaction } from 'kysely'
import type { AccountMails } from '../account/account-mails.ts'
import { hashOfLinkToken } from '../account/link-token.ts'
import { invitationNotValid } from '../account/sign-up-policy.ts'
import type { SignUpPolicy } from '../account/sign-up-policy.ts'
import { actingUser } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { codeOf, emailTaken, inOurWords } from './auth-refusals.ts'
import type { AuthLibrary } from './better-auth.ts'
import { forgetAccounts } from './forget-accounts.ts'
import type { MakeSignIn, SignIn } from './sign-in.ts'
import type { AuthAccount, UserMapping } from './user-mapping.ts'
import { guestOf, headersOf } from './visitor.ts'
import type { Visitor } from './visitor.ts'

export interface SignUpService {
  /**
   * @returns null where the address must be confirmed first, or has an account already, which is not told
   * @throws {ServiceError} 403 where nobody may sign up so, 409 `email-taken` where that can be told
   */
  signUp(input: SignUpInput, visitor: Visitor): Promise<SignIn | null>
  /** Makes an account for whom a provider has vouched for, address included. */
  signUpVouched(
    account: AuthAccount,
    visitor: Visitor,
    invitation: string | undefined,
  ): Promise<UserRow>
}

export function createSignUpService(options: {
  db: Kysely<Database>
  auth: AuthLibrary
  users: Pick<UserMapping, 'signUp' | 'retireOthers'>
  policy: SignUpPolicy
  mails: AccountMails
  makeSignIn: MakeSignIn
  audit: AuditLog
  /** @throws {ServiceError} 429 `too-many-attempts` */
  countMail: (email: string) => Promise<void>
}): SignUpService {
  const { db, auth, users, policy, mails, makeSignIn, audit, countMail } = options

  /** What else belongs to a sign-up, in its transaction: whoever uses an invitation last finds it used. */
  async function complete(
    transaction: Transaction<Database>,
    member: UserRow,
    how: { invitation: string | undefined; isVouched: boolean; address: string },
  ): Promise<UserRow> {
    const { invitation, isVouched, address } = how
    const email = member.email!
    let user = member
    if (invitation !== undefined) {
      const tokenHash = hashOfLinkToken(invitation)
      const used = await takeInvitation(transaction, { tokenHash, email })
      const isNeeded = (await policy.rules()).mode === 'invitation'
      if (used === undefined && isNeeded && !(await policy.isSetUpToken(invitation))) {
        throw invitationNotValid
      }
      const tier = used?.tier ?? user.tier
      if (tier !== user.tier) await setUserTier(transaction, { userId: user.id, tier })
      user = { ...user, tier }
    }
    if (isVouched) {
      await confirmAddress(transaction, { userId: user.id, address: email })
      user = { ...user, emailVerifiedAt: new Date() }
    } else await mails.add(transaction, 'verification', email)
    await audit.recordIn(transaction, {
      by: actingUser(user, address),
      action: 'sign-up',
      details: { invited: invitation !== undefined },
    })
    return user
  }

  async function refuseTaken(email: string, password: string): Promise<null> {
    if (!(await policy.needsConfirmation())) throw emailTaken
    // As long as it takes to make an account, and with as many words.
    await (await auth.$context).password.hash(password)
    await countMail(email)
    await db.transaction().execute((transaction) => mails.add(transaction, 'account-exists', email))
    mails.hint()
    return null
  }

  return {
    async signUp({ email, password, name = '', invitation }, visitor) {
      await policy.admit({ email, invitation })
      const made = await inOurWords(() =>
        auth.api.signUpEmail({
          body: { email, password, name },
          headers: headersOf(visitor),
          returnHeaders: true,
        }),
      ).catch(async (error: unknown) => {
        if (error === emailTaken) return null
        // Of two who come at once the second finds it taken only when it writes.
        const { internalAdapter } = await auth.$context
        if (codeOf(error) === 'FAILED_TO_CREATE_USER') {
          if ((await internalAdapter.findUserByEmail(email)) !== null) return null
        }
        throw error
      })
      if (made === null) return refuseTaken(email, password)
      const { headers, response } = made
      const { internalAdapter } = await auth.$context
      const isPending = await policy.needsConfirmation()
      const guestId = isPending ? null : guestOf(visitor)
      let user: UserRow
      try {
        user = await users.signUp(response.user, guestId, (transaction, member) =>
          complete(transaction, member, { invitation, isVouched: false, address: visitor.address }),
        )
      } catch (error) {
        await forgetAccounts(auth, [response.user.id])
        throw error
      }
      mails.hint()
      if (isPending) {
        if (response.token !== null) await internalAdapter.deleteSession(response.token)
        return null
      }
      await forgetAccounts(auth, await users.retireOthers(user.id, response.user.id))
      return makeSignIn(user, response.token, headers)
    },

    async signUpVouched(account, visitor, invitation) {
      const user = await users.signUp(account, guestOf(visitor), (transaction, member) =>
        complete(transaction, member, { invitation, isVouched: true, address: visitor.address }),
      )
      await forgetAccounts(auth, await users.retireOthers(user.id, account.id))
      return user
    },
  }
}
