import type { Database, UserRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import type { AccountMails } from '../account/account-mails.ts'
import type { SignUpPolicy } from '../account/sign-up-policy.ts'
import type { Principal } from '../http/principal.ts'
import type { AuthLibrary } from './better-auth.ts'

/** A sign-in that began or was renewed: who it is, and the auth library's cookies. */
export interface SignIn {
  readonly user: UserRow
  readonly principal: Principal
  readonly cookies: Headers
}

/**
 * Makes a sign-in of a session that the auth library has begun.
 * @throws {ServiceError} 403 `account-banned`, `email-not-verified`: the session is ended
 */
export type MakeSignIn = (user: UserRow, token: string | null, cookies: Headers) => Promise<SignIn>

export function createMakeSignIn(options: {
  db: Kysely<Database>
  auth: AuthLibrary
  policy: Pick<SignUpPolicy, 'needsConfirmation'>
  mails: AccountMails
  /** @throws {ServiceError} 429 `too-many-attempts` */
  countMail: (email: string) => Promise<void>
}): MakeSignIn {
  const { db, auth, policy, mails, countMail } = options

  /** Whoever knows the password may have another mail. */
  async function unverified(user: UserRow): Promise<ServiceError | undefined> {
    const { kind, email, emailVerifiedAt } = user
    if (kind === 'guest' || email === null || emailVerifiedAt !== null) return undefined
    if (!(await policy.needsConfirmation())) return undefined
    await countMail(email)
    await db.transaction().execute((transaction) => mails.add(transaction, 'verification', email))
    mails.hint()
    return emailNotVerified
  }

  return async (user, token, cookies) => {
    const { internalAdapter } = await auth.$context
    const session = token === null ? null : await internalAdapter.findSession(token)
    if (session === null) throw new Error('the auth library began no session')
    const refusal = user.bannedAt !== null ? accountBanned : await unverified(user)
    if (refusal !== undefined) {
      await internalAdapter.deleteSession(session.session.token)
      throw refusal
    }
    return { user, principal: principalOf(user, session.session.id), cookies }
  }
}

/** Who a sign-in's access tokens say that somebody is. */
export function principalOf(user: UserRow, signInId: string): Principal {
  const { id: userId, kind, role, tokenVersion } = user
  return { userId, kind, role, signInId, tokenVersion }
}

const accountBanned = new ServiceError({
  code: 'account-banned',
  status: 403,
  title: 'This account has been closed by an administrator.',
  detail: 'Ask whoever runs this installation.',
})

const emailNotVerified = new ServiceError({
  code: 'email-not-verified',
  status: 403,
  title: 'Confirm your e-mail address first.',
  detail: 'A new mail with a link is on its way to you.',
})
