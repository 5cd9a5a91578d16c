import { ServiceError } from '@brainlyx/service-kit'
import type { Request, Response } from 'express'
import type { Principal } from '../http/principal.ts'
import type { AccessTokens } from './access-token.ts'
import type { CookieJar } from './cookies.ts'
import type { IdentityService } from './identity.service.ts'
import type { Revocations } from './revocations.ts'

/**
 * Who sends a request: by a bearer token, else by the access cookie, both checked without a database call. Where the
 * access cookie has expired and the session has not, a new one is set on the response, and nobody notices.
 */
export function createAuthenticator(options: {
  tokens: AccessTokens
  cookies: CookieJar
  identity: IdentityService
  revocations: Pick<Revocations, 'isRevoked'>
}): (request: Request, response: Response) => Promise<Principal | null> {
  const { cookies, identity, revocations } = options

  /** null also where its user's tokens count no more. */
  async function verify(token: string): Promise<Principal | null> {
    const principal = await options.tokens.verify(token)
    return principal === null || revocations.isRevoked(principal) ? null : principal
  }

  return async (request, response) => {
    const bearer = /^bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1]
    if (bearer !== undefined) {
      const principal = await verify(bearer)
      if (principal === null) throw invalidAccessToken
      return principal
    }
    const token = cookies.readAccessToken(request)
    const principal = token === undefined ? null : await verify(token)
    if (principal !== null || !cookies.hasSession(request)) return principal
    const signIn = await identity.resume(request.get('cookie') ?? '')
    if (signIn === null) return null
    cookies.passOn(response, signIn.cookies)
    cookies.setAccessToken(response, await options.tokens.issue(signIn.principal))
    return signIn.principal
  }
}

const invalidAccessToken = new ServiceError({
  code: 'invalid-access-token',
  status: 401,
  title: 'This access token is not valid, or has expired.',
})
