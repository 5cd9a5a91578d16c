import type { SignInInput } from '@brainlyx/chat-contract'
import { findUser } from '@brainlyx/db'
import type { Database, UserRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { actingUser } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Principal } from '../http/principal.ts'
import { onlyCookie, ownCookie } from './auth-cookies.ts'
import { inOurWords, signInExpired, wrongCredentials } from './auth-refusals.ts'
import type { AuthLibrary } from './better-auth.ts'
import { forgetAccounts } from './forget-accounts.ts'
import { principalOf } from './sign-in.ts'
import type { MakeSignIn, SignIn } from './sign-in.ts'
import { TWO_FACTOR_COOKIE } from './single-use-codes.ts'
import type { UserMapping } from './user-mapping.ts'
import { guestOf, headersOf } from './visitor.ts'
import type { Visitor } from './visitor.ts'

/** The password was right; a code comes next, and the cookies say whose. */
export interface CodeNeeded {
  readonly codeNeeded: true
  readonly cookies: Headers
}

export interface IdentityService {
  /** @throws {ServiceError} 401 `wrong-credentials`, 403 `email-not-verified` once a new mail is on its way */
  signIn(input: SignInInput, visitor: Visitor): Promise<SignIn | CodeNeeded>
  /** The second step. @throws {ServiceError} 401 `wrong-code` or `sign-in-expired`, 429 `too-many-attempts` */
  signInWithCode(code: string, cookie: string | undefined, visitor: Visitor): Promise<SignIn>
  /** Signs in to an account of the auth library whose owner was vouched for. */
  signInVouched(authUserId: string, visitor: Visitor): Promise<SignIn>
  /** What a sign-in has become after the auth library began its session anew. */
  continueAs(principal: Principal, renewed: { token: string; cookies: Headers }): Promise<SignIn>
  signInAsGuest(visitor: Visitor): Promise<SignIn>
  /** @returns the cookies that end the session */
  signOut(cookie: string): Promise<Headers>
  /** Whether this is the member's password. */
  knowsPassword(userId: string, password: string): Promise<boolean>
  /** Of the account with this e-mail. */
  findUserId(email: string): Promise<string | undefined>
  /** The sign-in that the session cookie stands for; null where it has ended. */
  resume(cookie: string): Promise<SignIn | null>
}

export function createIdentityService(options: {
  db: Kysely<Database>
  auth: AuthLibrary
  users: Pick<UserMapping, 'userOf' | 'accountsOf' | 'takeOverGuest'>
  makeSignIn: MakeSignIn
  audit: AuditLog
}): IdentityService {
  const { db, auth, users, makeSignIn, audit } = options

  /** Begins it, and brings the chats of the guest along that somebody was so far. */
  async function beginMember(
    user: UserRow,
    token: string | null,
    cookies: Headers,
    visitor: Visitor,
  ): Promise<SignIn> {
    const signIn = await makeSignIn(user, token, cookies)
    const guestId = guestOf(visitor)
    if (guestId !== null) await forgetAccounts(auth, await users.takeOverGuest(guestId, user.id))
    await audit.record({ by: actingUser(user, visitor.address), action: 'sign-in' })
    return signIn
  }

  return {
    async signIn({ email, password }, visitor) {
      const { headers, response } = await inOurWords(() =>
        auth.api.signInEmail({
          body: { email, password },
          headers: headersOf(visitor),
          returnHeaders: true,
        }),
      ).catch(async (error: unknown) => {
        if (error instanceof ServiceError) {
          await audit.record({
            by: { claims: email, address: visitor.address },
            action: 'sign-in',
            outcome: 'refused',
            details: { code: error.code },
          })
        }
        throw error
      })
      if (!('user' in response)) {
        return { codeNeeded: true, cookies: await onlyCookie(auth, headers, TWO_FACTOR_COOKIE) }
      }
      return beginMember(await users.userOf(response.user), response.token, headers, visitor)
    },

    async signInWithCode(code, cookie, visitor) {
      const sent = headersOf(visitor)
      // Alone: with a session the library would take the code for one of the session's user.
      const challenge = await ownCookie(auth, cookie, TWO_FACTOR_COOKIE)
      if (challenge === undefined) throw signInExpired
      sent.set('cookie', challenge)
      const verify = { body: { code }, headers: sent, returnHeaders: true } as const
      const isBackupCode = !/^\d{6}$/.test(code)
      const { headers, response } = await inOurWords(() =>
        isBackupCode ? auth.api.verifyBackupCode(verify) : auth.api.verifyTOTP(verify),
      )
      const account = await (await auth.$context).internalAdapter.findUserById(response.user.id)
      if (account === null) throw signInExpired
      const user = await users.userOf(account)
      const signIn = await beginMember(user, response.token ?? null, headers, visitor)
      if (isBackupCode) {
        await audit.record({ by: actingUser(user, visitor.address), action: 'backup-code' })
      }
      return signIn
    },

    async signInVouched(authUserId, visitor) {
      const { headers, response } = await auth.api.beginSignIn({
        body: { userId: authUserId },
        headers: headersOf(visitor),
        returnHeaders: true,
      })
      const account = await (await auth.$context).internalAdapter.findUserById(authUserId)
      if (account === null) throw wrongCredentials
      return beginMember(await users.userOf(account), response.token, headers, visitor)
    },

    async continueAs(principal, { token, cookies }) {
      const user = await findUser(db, principal.userId)
      if (user === undefined) throw signInExpired
      return makeSignIn(user, token, cookies)
    },

    async signInAsGuest(visitor) {
      const { headers, response } = await auth.api.signInAnonymous({
        headers: headersOf(visitor),
        returnHeaders: true,
      })
      const user = await users.userOf({ ...response.user, isAnonymous: true })
      await audit.record({ by: actingUser(user, visitor.address), action: 'guest-sign-in' })
      return makeSignIn(user, response.token, headers)
    },

    async signOut(cookie) {
      const { headers } = await auth.api.signOut({
        headers: new Headers({ cookie }),
        returnHeaders: true,
      })
      return headers
    },

    async knowsPassword(userId, password) {
      const context = await auth.$context
      for (const authUserId of await users.accountsOf(userId)) {
        const accounts = await context.internalAdapter.findAccounts(authUserId)
        for (const { password: hash } of accounts) {
          if (hash && (await context.password.verify({ password, hash }))) return true
        }
      }
      return false
    },

    async findUserId(email) {
      const { internalAdapter } = await auth.$context
      const found = await internalAdapter.findUserByEmail(email)
      return found === null ? undefined : (await users.userOf(found.user)).id
    },

    async resume(cookie) {
      const { headers, response } = await auth.api.getSession({
        headers: new Headers({ cookie }),
        returnHeaders: true,
      })
      if (response === null) return null
      const user = await users.userOf(response.user)
      if (user.bannedAt !== null) return null
      return { user, principal: principalOf(user, response.session.id), cookies: headers }
    },
  }
}
