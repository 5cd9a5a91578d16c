import type { SignInInput, SignUpInput } from '@brainlyx/chat-contract'
import { confirmAddress, findUser, setUserTier, takeInvitation } from '@brainlyx/db'
import type { Database, UserRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import { APIError } from 'better-auth/api'
import type { Kysely, Transaction } from 'kysely'
import type { AccountMails } from '../account/account-mails.ts'
import { hashOfLinkToken } from '../account/link-token.ts'
import { invitationNotValid } from '../account/sign-up-policy.ts'
import type { SignUpPolicy } from '../account/sign-up-policy.ts'
import { actingUser } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Principal } from '../http/principal.ts'
import type { AuthLibrary } from './better-auth.ts'
import { TWO_FACTOR_COOKIE } from './single-use-codes.ts'
import type { AuthAccount, UserMapping } from './user-mapping.ts'

/** A sign-in that began or was renewed: who it is, and the auth library's cookies. */
export interface SignIn {
  readonly user: UserRow
  readonly principal: Principal
  readonly cookies: Headers
}

/** The password was right; a code comes next, and the cookies say whose. */
export interface CodeNeeded {
  readonly codeNeeded: true
  readonly cookies: Headers
}

/** What a sign-in may know of the request. */
export interface Visitor {
  readonly address: string
  readonly userAgent: string | undefined
  /** Who they are so far. */
  readonly principal: Principal | null
}

export interface IdentityService {
  /**
   * @returns null where the address must be confirmed first, or has an account already, which is not told
   * @throws {ServiceError} 403 where nobody may sign up so, 409 `email-taken` where that can be told
   */
  signUp(input: SignUpInput, visitor: Visitor): Promise<SignIn | null>
  /** @throws {ServiceError} 401 `wrong-credentials`, 403 `email-not-verified` once a new mail is on its way */
  signIn(input: SignInInput, visitor: Visitor): Promise<SignIn | CodeNeeded>
  /** The second step. @throws {ServiceError} 401 `wrong-code` or `sign-in-expired`, 429 `too-many-attempts` */
  signInWithCode(code: string, cookie: string | undefined, visitor: Visitor): Promise<SignIn>
  /** Makes an account for whom a provider has vouched for, address included. */
  signUpVouched(
    account: AuthAccount,
    visitor: Visitor,
    invitation: string | undefined,
  ): Promise<UserRow>
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
  users: UserMapping
  policy: SignUpPolicy
  mails: AccountMails
  audit: AuditLog
  /** @throws {ServiceError} 429 `too-many-attempts` */
  countMail: (email: string) => Promise<void>
}): IdentityService {
  const { db, auth, users, policy, mails, audit, countMail } = options

  /** @throws {ServiceError} 403 `account-banned`, `email-not-verified` */
  async function begin(user: UserRow, token: string | null, cookies: Headers): Promise<SignIn> {
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

  /** Begins it, and brings the chats of the guest along that somebody was so far. */
  async function beginMember(
    user: UserRow,
    token: string | null,
    cookies: Headers,
    visitor: Visitor,
  ): Promise<SignIn> {
    const signIn = await begin(user, token, cookies)
    const guestId = guestOf(visitor)
    if (guestId !== null) await forget(await users.takeOverGuest(guestId, user.id))
    await audit.record({ by: actingUser(user, visitor.address), action: 'sign-in' })
    return signIn
  }

  async function forget(accountIds: readonly string[]): Promise<void> {
    const { internalAdapter } = await auth.$context
    for (const id of accountIds) {
      await internalAdapter.deleteUserSessions(id)
      await internalAdapter.deleteUser(id)
    }
  }

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
      const made = await translateErrors(() =>
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
        await forget([response.user.id])
        throw error
      }
      mails.hint()
      if (isPending) {
        if (response.token !== null) await internalAdapter.deleteSession(response.token)
        return null
      }
      await forget(await users.retireOthers(user.id, response.user.id))
      return begin(user, response.token, headers)
    },

    async signIn({ email, password }, visitor) {
      const { headers, response } = await translateErrors(() =>
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
      const { headers, response } = await translateErrors(() =>
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

    async signUpVouched(account, visitor, invitation) {
      const user = await users.signUp(account, guestOf(visitor), (transaction, member) =>
        complete(transaction, member, { invitation, isVouched: true, address: visitor.address }),
      )
      await forget(await users.retireOthers(user.id, account.id))
      return user
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
      return begin(user, token, cookies)
    },

    async signInAsGuest(visitor) {
      const { headers, response } = await auth.api.signInAnonymous({
        headers: headersOf(visitor),
        returnHeaders: true,
      })
      const user = await users.userOf({ ...response.user, isAnonymous: true })
      await audit.record({ by: actingUser(user, visitor.address), action: 'guest-sign-in' })
      return begin(user, response.token, headers)
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

function principalOf(user: UserRow, signInId: string): Principal {
  const { id: userId, kind, role, tokenVersion } = user
  return { userId, kind, role, signInId, tokenVersion }
}

function guestOf(visitor: Visitor): string | null {
  return visitor.principal?.kind === 'guest' ? visitor.principal.userId : null
}

/** The cookie is left out on purpose: what becomes of a guest is decided here, not by the library's plugin. */
function headersOf(visitor: Visitor): Headers {
  const headers = new Headers({ 'x-client-address': visitor.address })
  if (visitor.userAgent !== undefined) headers.set('user-agent', visitor.userAgent)
  return headers
}

/** A cookie of the auth library's as a browser sent it. */
async function ownCookie(
  auth: AuthLibrary,
  cookie: string | undefined,
  name: string,
): Promise<string | undefined> {
  const start = `${(await auth.$context).createAuthCookie(name).name}=`
  return cookie?.split(/; */).find((pair) => pair.startsWith(start))
}

/** What the auth library sets, without what it takes away: a guest stays one until the second step. */
async function onlyCookie(auth: AuthLibrary, headers: Headers, name: string): Promise<Headers> {
  const start = `${(await auth.$context).createAuthCookie(name).name}=`
  const kept = new Headers()
  for (const cookie of headers.getSetCookie()) {
    if (cookie.startsWith(start)) kept.append('set-cookie', cookie)
  }
  return kept
}

async function translateErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const code = codeOf(error)
    if (code.startsWith('USER_ALREADY_EXISTS')) throw emailTaken
    throw REFUSALS.get(code) ?? error
  }
}

function codeOf(error: unknown): string {
  return error instanceof APIError ? (error.body?.code ?? String(error.status)) : ''
}

const emailTaken = new ServiceError({
  code: 'email-taken',
  status: 409,
  title: 'There is an account with this e-mail address.',
  detail: 'Sign in with it instead.',
  fields: [{ path: 'email', message: 'has an account already' }],
})

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

const wrongCredentials = new ServiceError({
  code: 'wrong-credentials',
  status: 401,
  title: 'The e-mail address or the password is wrong.',
})

const wrongCode = new ServiceError({
  code: 'wrong-code',
  status: 401,
  title: 'The code is wrong.',
  detail: 'Enter the one that your app shows now, or one of your backup codes. Each is good once.',
  fields: [{ path: 'code', message: 'is wrong' }],
})

const signInExpired = new ServiceError({
  code: 'sign-in-expired',
  status: 401,
  title: 'This took too long, or was tried too often.',
  detail: 'Sign in with your password again.',
})

const locked = new ServiceError({
  code: 'too-many-attempts',
  status: 429,
  title: 'Too many wrong codes.',
  detail: 'Wait a quarter of an hour, then try again.',
  retryable: true,
  retryAfterMs: 15 * 60 * 1000,
})

const REFUSALS: ReadonlyMap<string, ServiceError> = new Map([
  ['INVALID_EMAIL_OR_PASSWORD', wrongCredentials],
  ['INVALID_CODE', wrongCode],
  ['INVALID_BACKUP_CODE', wrongCode],
  ['INVALID_TWO_FACTOR_COOKIE', signInExpired],
  // Two backup codes at once: the library's list of them had changed when it wrote the second.
  ['CONFLICT', signInExpired],
  ['TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE', signInExpired],
  ['ACCOUNT_TEMPORARILY_LOCKED', locked],
])
