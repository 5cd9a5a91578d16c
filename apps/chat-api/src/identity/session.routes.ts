import type { Me, User } from '@brainlyx/chat-contract'
import { findUser } from '@brainlyx/db'
import type { Database, UserRow } from '@brainlyx/db'
import type { Request, Response } from 'express'
import type { Kysely } from 'kysely'
import type { Principal } from '../http/principal.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import type { AccessTokens } from './access-token.ts'
import type { CookieJar } from './cookies.ts'
import type { IdentityService, SignIn, Visitor } from './identity.service.ts'
import { ownerOf } from './sign-ins.service.ts'
import type { SignInsService } from './sign-ins.service.ts'
import type { SignInLimits } from './sign-in-limits.ts'

export interface SessionRoutesDependencies {
  db: Kysely<Database>
  identity: IdentityService
  signIns: SignInsService
  tokens: AccessTokens
  cookies: CookieJar
  limits: SignInLimits
  /** What the page must know of the installation, for this user. */
  describeInstallation: (user: UserRow | undefined) => Promise<Me['installation']>
}

export function sessionRoutes(
  dependencies: SessionRoutesDependencies,
): Pick<Handlers, 'getMe' | 'signUp' | 'signIn' | 'signInAsGuest' | 'signOut'> {
  const { db, identity, signIns, tokens, cookies, limits } = dependencies

  async function describe(user: UserRow | undefined): Promise<Me> {
    return {
      user: user === undefined ? null : publicUser(user),
      installation: await dependencies.describeInstallation(user),
    }
  }

  async function welcome(response: Response, signIn: SignIn): Promise<Me> {
    cookies.passOn(response, signIn.cookies)
    cookies.setAccessToken(response, await tokens.issue(signIn.principal))
    return describe(signIn.user)
  }

  const known = async (principal: Principal | null): Promise<UserRow | undefined> =>
    principal === null ? undefined : findUser(db, principal.userId)

  return {
    getMe: async ({ principal }) => describe(await known(principal)),

    async signUp({ body, principal, origin, request, response }) {
      await limits.countAddress(origin.address)
      return welcome(response, await identity.signUp(body, visitor(request, origin, principal)))
    },

    async signIn({ body, principal, origin, request, response }) {
      await limits.countAddress(origin.address)
      await limits.countAccount(body.email)
      const signIn = await identity.signIn(body, visitor(request, origin, principal))
      await limits.clearAccount(body.email)
      return welcome(response, signIn)
    },

    async signInAsGuest({ principal, origin, request, response }) {
      const user = await known(principal)
      if (user !== undefined) return describe(user)
      await limits.countAddress(origin.address)
      return welcome(response, await identity.signInAsGuest(visitor(request, origin, null)))
    },

    async signOut({ principal, origin, request, response }) {
      // Tokens of this sign-in that were kept elsewhere end with it.
      if (principal !== null) await signIns.signOut(ownerOf(principal, origin), principal.signInId)
      const cookie = request.get('cookie')
      if (cookie !== undefined) cookies.passOn(response, await identity.signOut(cookie))
      cookies.clearAccessToken(response)
      return undefined
    },
  }
}

function visitor(request: Request, origin: RequestOrigin, principal: Principal | null): Visitor {
  return { address: origin.address, userAgent: request.get('user-agent'), principal }
}

function publicUser({ id, kind, role, name, email }: UserRow): User {
  return { id, kind, role, name, email }
}
