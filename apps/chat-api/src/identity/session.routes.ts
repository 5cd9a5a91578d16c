import type { Me, User } from '@brainlyx/chat-contract'
import { findUser } from '@brainlyx/db'
import type { Database, UserRow } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Request, Response } from 'express'
import type { Kysely } from 'kysely'
import { claimOf } from '../audit/audit-trail.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
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
  trail: AuditTrail
  /** What the page must know of the installation, for this user. */
  describeInstallation: (user: UserRow | undefined) => Promise<Me['installation']>
}

export function sessionRoutes(
  dependencies: SessionRoutesDependencies,
): Pick<Handlers, 'getMe' | 'signUp' | 'signIn' | 'signInAsGuest' | 'signOut'> {
  const { db, identity, signIns, tokens, cookies, limits, trail } = dependencies

  async function describe(user: UserRow | undefined): Promise<Me> {
    return {
      user: user === undefined ? null : publicUser(user),
      installation: await dependencies.describeInstallation(user),
    }
  }

  async function welcome(
    { response, origin }: { response: Response; origin: RequestOrigin },
    signIn: SignIn,
    action: 'sign-up' | 'sign-in' | 'guest-sign-in',
  ): Promise<Me> {
    await trail.record({ actor: signIn.principal, origin }, { action, outcome: 'completed' })
    cookies.passOn(response, signIn.cookies)
    cookies.setAccessToken(response, await tokens.issue(signIn.principal))
    return describe(signIn.user)
  }

  /** Tells of a sign-in that fails, under the e-mail that was claimed, and fails as it did. */
  async function watched<T>(email: string, origin: RequestOrigin, signIn: Promise<T>): Promise<T> {
    try {
      return await signIn
    } catch (error) {
      if (error instanceof ServiceError) {
        const actor = { claims: claimOf(email), role: 'user' } as const
        const details = { code: error.code }
        await trail.record({ actor, origin }, { action: 'sign-in', outcome: 'refused', details })
      }
      throw error
    }
  }

  const known = async (principal: Principal | null): Promise<UserRow | undefined> =>
    principal === null ? undefined : findUser(db, principal.userId)

  return {
    getMe: async ({ principal }) => describe(await known(principal)),

    async signUp({ body, principal, origin, request, response }) {
      await limits.countAddress(origin.address)
      const signIn = await identity.signUp(body, visitor(request, origin, principal))
      return welcome({ response, origin }, signIn, 'sign-up')
    },

    async signIn({ body, principal, origin, request, response }) {
      await limits.countAddress(origin.address)
      await limits.countAccount(body.email)
      const attempt = identity.signIn(body, visitor(request, origin, principal))
      const signIn = await watched(body.email, origin, attempt)
      await limits.clearAccount(body.email)
      return welcome({ response, origin }, signIn, 'sign-in')
    },

    async signInAsGuest({ principal, origin, request, response }) {
      const user = await known(principal)
      if (user !== undefined) return describe(user)
      await limits.countAddress(origin.address)
      const signIn = await identity.signInAsGuest(visitor(request, origin, null))
      return welcome({ response, origin }, signIn, 'guest-sign-in')
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
