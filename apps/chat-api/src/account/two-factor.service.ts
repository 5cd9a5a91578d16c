import { ServiceError } from '@brainlyx/service-kit'
import { APIError } from 'better-auth/api'
import type { Principal } from '../http/principal.ts'
import type { AuthLibrary } from '../identity/better-auth.ts'
import type { UserMapping } from '../identity/user-mapping.ts'

/** The auth library begins a sign-in anew where this changes: a token of it, and its cookies. */
export interface RenewedSession {
  readonly token: string
  readonly cookies: Headers
}

/** Codes of an authenticator app at each sign-in. The caller has proved who asks, where a password is given. */
export interface TwoFactorService {
  /** @throws {ServiceError} 409 `two-factor-on` */
  begin(session: BrowserSession, password: string): Promise<{ uri: string; backupCodes: string[] }>
  /** @throws {ServiceError} 403 `wrong-code`, 409 `two-factor-not-begun` */
  confirm(session: BrowserSession, code: string): Promise<RenewedSession>
  end(session: BrowserSession, password: string): Promise<RenewedSession>
  /** @throws {ServiceError} 409 `two-factor-off` */
  renewBackupCodes(session: BrowserSession, password: string): Promise<string[]>
  state(userId: string): Promise<{ enabled: boolean; backupCodesLeft: number }>
}

/** Whose session cookie came with a request. */
export interface BrowserSession {
  readonly principal: Principal
  readonly cookie: string | undefined
}

export function createTwoFactorService(options: {
  auth: AuthLibrary
  users: Pick<UserMapping, 'accountsOf'>
}): TwoFactorService {
  const { auth, users } = options

  /** The library goes by the session cookie alone, which could be another user's than the token that let one in. */
  async function headersOf({ principal, cookie }: BrowserSession): Promise<Headers> {
    const headers = new Headers(cookie === undefined ? {} : { cookie })
    const found = await auth.api.getSession({ headers, query: { disableRefresh: true } })
    const own = await users.accountsOf(principal.userId)
    if (found === null || !own.includes(found.user.id)) throw browserNeeded
    return headers
  }

  return {
    async begin(session, password) {
      const headers = await headersOf(session)
      const answer = await translate(() =>
        auth.api.enableTwoFactor({ body: { password, method: 'totp' }, headers }),
      )
      if (answer.method !== 'totp') throw new Error('the auth library offers another method')
      return { uri: answer.totpURI, backupCodes: answer.backupCodes }
    },

    async confirm(session, code) {
      const sent = await headersOf(session)
      const { headers, response } = await translate(() =>
        auth.api.verifyTOTP({ body: { code }, headers: sent, returnHeaders: true }),
      )
      return { token: renewedToken(headers, response.token), cookies: headers }
    },

    async end(session, password) {
      const sent = await headersOf(session)
      const { headers } = await translate(() =>
        auth.api.disableTwoFactor({ body: { password }, headers: sent, returnHeaders: true }),
      )
      return { token: renewedToken(headers, undefined), cookies: headers }
    },

    async renewBackupCodes(session, password) {
      const headers = await headersOf(session)
      const answer = await translate(() =>
        auth.api.generateBackupCodes({ body: { password }, headers }),
      )
      return answer.backupCodes
    },

    async state(userId) {
      const { internalAdapter } = await auth.$context
      for (const authUserId of await users.accountsOf(userId)) {
        const user = await internalAdapter.findUserById(authUserId)
        if (user === null || !('twoFactorEnabled' in user) || user.twoFactorEnabled !== true)
          continue
        const { backupCodes } = await auth.api.viewBackupCodes({ body: { userId: authUserId } })
        return { enabled: true, backupCodesLeft: backupCodes.length }
      }
      return { enabled: false, backupCodesLeft: 0 }
    },
  }
}

/** The session that the library has just begun is named by the cookie that it sets. */
function renewedToken(headers: Headers, fallback: string | undefined): string {
  for (const cookie of headers.getSetCookie()) {
    const value = /^[^=]*session_token=([^;]+)/.exec(cookie)?.[1]
    const token = value && decodeURIComponent(value).split('.')[0]
    if (token !== undefined && token !== '') return token
  }
  if (fallback === undefined) throw new Error('the auth library began no session')
  return fallback
}

async function translate<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const code = error instanceof APIError ? (error.body?.code ?? '') : ''
    const known = REFUSALS.get(code)
    throw known ?? error
  }
}

const REFUSALS: ReadonlyMap<string, ServiceError> = new Map([
  [
    'INVALID_CODE',
    new ServiceError({
      code: 'wrong-code',
      status: 403,
      title: 'The code is wrong.',
      detail: 'Enter the one that your app shows now, and see that your clocks agree.',
      fields: [{ path: 'code', message: 'is wrong' }],
    }),
  ],
  [
    'TOTP_ALREADY_ENABLED',
    new ServiceError({
      code: 'two-factor-on',
      status: 409,
      title: 'Codes are asked for already.',
    }),
  ],
  [
    'TOTP_NOT_ENABLED',
    new ServiceError({
      code: 'two-factor-not-begun',
      status: 409,
      title: 'There is nothing to confirm.',
      detail: 'Begin anew.',
    }),
  ],
  [
    'TWO_FACTOR_NOT_ENABLED',
    new ServiceError({
      code: 'two-factor-off',
      status: 409,
      title: 'No codes are asked for at the moment.',
    }),
  ],
])

const browserNeeded = new ServiceError({
  code: 'browser-needed',
  status: 403,
  title: 'This is done in a browser that is signed in.',
})
