import type { SignInInput, SignUpInput } from '@brainlyx/chat-contract'
import type { UserRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import { APIError } from 'better-auth/api'
import type { Principal } from '../http/principal.ts'
import type { AuthLibrary } from './better-auth.ts'
import type { AuthAccount, UserMapping } from './user-mapping.ts'

/** A sign-in that began or was renewed: who it is, and the auth library's cookies. */
export interface SignIn {
  readonly user: UserRow
  readonly principal: Principal
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
  signUp(input: SignUpInput, visitor: Visitor): Promise<SignIn>
  signIn(input: SignInInput, visitor: Visitor): Promise<SignIn>
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
  auth: AuthLibrary
  users: UserMapping
}): IdentityService {
  const { auth, users } = options

  /** @throws {ServiceError} 403 `account-banned` */
  async function begin(user: UserRow, token: string | null, cookies: Headers): Promise<SignIn> {
    const { internalAdapter } = await auth.$context
    const session = token === null ? null : await internalAdapter.findSession(token)
    if (session === null) throw new Error('the auth library began no session')
    if (user.bannedAt !== null) {
      await internalAdapter.deleteSession(session.session.token)
      throw accountBanned
    }
    return { user, principal: principalOf(user, session.session.id), cookies }
  }

  async function forget(accountIds: readonly string[]): Promise<void> {
    const { internalAdapter } = await auth.$context
    for (const id of accountIds) {
      await internalAdapter.deleteUserSessions(id)
      await internalAdapter.deleteUser(id)
    }
  }

  return {
    async signUp({ email, password, name = '' }, visitor) {
      const { headers, response } = await translateErrors(() =>
        auth.api.signUpEmail({
          body: { email, password, name },
          headers: headersOf(visitor),
          returnHeaders: true,
        }),
      )
      const user = await users.signUp(response.user, guestOf(visitor))
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
      )
      const signIn = await begin(await users.userOf(response.user), response.token, headers)
      const guestId = guestOf(visitor)
      if (guestId !== null) await forget(await users.takeOverGuest(guestId, signIn.user.id))
      return signIn
    },

    async signInAsGuest(visitor) {
      const { headers, response } = await translateErrors(() =>
        auth.api.signInAnonymous({ headers: headersOf(visitor), returnHeaders: true }),
      )
      const account: AuthAccount = { ...response.user, isAnonymous: true }
      return begin(await users.userOf(account), response.token, headers)
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

async function translateErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const code = error instanceof APIError ? (error.body?.code ?? '') : ''
    if (code.startsWith('USER_ALREADY_EXISTS')) throw emailTaken
    if (code === 'INVALID_EMAIL_OR_PASSWORD') throw wrongCredentials
    throw error
  }
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

const wrongCredentials = new ServiceError({
  code: 'wrong-credentials',
  status: 401,
  title: 'The e-mail address or the password is wrong.',
})
