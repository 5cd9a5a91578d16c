import { parseCookies } from 'better-auth/cookies'
import type { Request, Response } from 'express'
import { ACCESS_TOKEN_LIFETIME_MS } from './access-token-lifetime.ts'

/** A cookie of this name is this host's alone, whole and over TLS: browsers refuse to take it otherwise. */
export const HOST_PREFIX = '__Host-'

export interface CookieJar {
  readAccessToken(request: Request): string | undefined
  hasSession(request: Request): boolean
  setAccessToken(response: Response, token: string): void
  clearAccessToken(response: Response): void
  /** Both of them: whoever they stood for is signed out. */
  clear(response: Response): void
  /** Passes the auth library's own cookies on. */
  passOn(response: Response, headers: Headers): void
}

/**
 * The two cookies of a sign-in: the auth library's session, and the access token that is checked without a database.
 * @param prefix the clone's id, since browsers share cookies between ports
 */
export function createCookieJar(options: { prefix: string; secure: boolean }): CookieJar {
  const { prefix, secure } = options
  const name = (cookie: string): string => `${secure ? HOST_PREFIX : ''}${prefix}.${cookie}`
  const read = (request: Request, cookie: string): string | undefined =>
    parseCookies(request.get('cookie') ?? '').get(name(cookie))
  const attributes = { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const
  return {
    readAccessToken: (request) => read(request, 'access'),
    hasSession: (request) => read(request, 'session_token') !== undefined,
    setAccessToken(response, token) {
      response.cookie(name('access'), token, { ...attributes, maxAge: ACCESS_TOKEN_LIFETIME_MS })
    },
    clearAccessToken: (response) => void response.clearCookie(name('access'), attributes),
    clear(response) {
      for (const cookie of ['access', 'session_token']) {
        response.clearCookie(name(cookie), attributes)
      }
    },
    passOn(response, headers) {
      for (const cookie of headers.getSetCookie()) response.append('set-cookie', cookie)
    },
  }
}
