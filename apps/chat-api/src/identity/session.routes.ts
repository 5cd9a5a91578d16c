import type { Me, User } from '@brainlyx/chat-contract'
import { findUser } from '@brainlyx/db'
import type { Database, UserRow } from '@brainlyx/db'
import type { Response } from 'express'
import type { Kysely } from 'kysely'
import { guestsNotWelcome } from '../account/guest-policy.ts'
import type { GuestPolicy } from '../account/guest-policy.ts'
import { actorOf } from '../audit/audit-log.ts'
import type { Principal } from '../http/principal.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { AccessTokens } from './access-token.ts'
import type { CookieJar } from './cookies.ts'
import type { IdentityService } from './identity.service.ts'
import type { SignInsService } from './sign-ins.service.ts'
import type { SignInLimits } from './sign-in-limits.ts'
import type { SignIn } from './sign-in.ts'
import type { SignUpService } from './sign-up.service.ts'
import { visitorOf } from './visitor.ts'

export interface SessionRoutesDependencies {
  db: Kysely<Database>
  identity: IdentityService
  signUps: SignUpService
  signIns: Pick<SignInsService, 'signOut'>
  welcome: Welcome
  cookies: CookieJar
  limits: SignInLimits
  guests: Pick<GuestPolicy, 'areWelcome'>
}

export function sessionRoutes(
  dependencies: SessionRoutesDependencies,
): Pick<Handlers, 'getMe' | 'signUp' | 'signIn' | 'signInWithCode' | 'signInAsGuest' | 'signOut'> {
  const { db, identity, signUps, signIns, welcome, cookies, limits, guests } = dependencies
  const known = async (principal: Principal | null): Promise<UserRow | undefined> =>
    principal === null ? undefined : findUser(db, principal.userId)

  return {
    getMe: async ({ principal }) => welcome.describe(await known(principal)),

    async signUp({ body, principal, origin, request, response }) {
      await limits.countAddress(origin.address)
      const signIn = await signUps.signUp(body, visitorOf(request, origin, principal))
      if (signIn === null) {
        return { ...(await welcome.describe(await known(principal))), confirmationNeeded: true }
      }
      return { ...(await welcome.letIn(response, signIn)), confirmationNeeded: false }
    },

    async signIn({ body, principal, origin, request, response }) {
      await limits.countAddress(origin.address)
      await limits.countAccount(body.email)
      const signIn = await identity.signIn(body, visitorOf(request, origin, principal))
      await limits.clearAccount(body.email)
      if ('codeNeeded' in signIn) {
        cookies.passOn(response, signIn.cookies)
        return { ...(await welcome.describe(await known(principal))), codeNeeded: true }
      }
      return { ...(await welcome.letIn(response, signIn)), codeNeeded: false }
    },

    async signInWithCode({ body, principal, origin, request, response }) {
      await limits.countAddress(origin.address)
      const visitor = visitorOf(request, origin, principal)
      const signIn = await identity.signInWithCode(body.code, request.get('cookie'), visitor)
      return welcome.letIn(response, signIn)
    },

    async signInAsGuest({ principal, origin, request, response }) {
      const user = await known(principal)
      if (user !== undefined) return welcome.describe(user)
      await limits.countAddress(origin.address)
      if (!(await guests.areWelcome())) throw guestsNotWelcome
      const visitor = visitorOf(request, origin, null)
      return welcome.letIn(response, await identity.signInAsGuest(visitor))
    },

    async signOut({ principal, origin, request, response }) {
      // Tokens of this sign-in that were kept elsewhere end with it.
      if (principal !== null) {
        await signIns.signOut(actorOf({ principal, origin }), principal.signInId)
      }
      const cookie = request.get('cookie')
      if (cookie !== undefined) cookies.passOn(response, await identity.signOut(cookie))
      cookies.clearAccessToken(response)
      return undefined
    },
  }
}

export interface Welcome {
  /** Sets the cookies of a sign-in, and says who somebody is now. */
  letIn(response: Response, signIn: SignIn): Promise<Me>
  describe(user: UserRow | undefined): Promise<Me>
}

/** @param options.describeInstallation what the page must know of the installation, for this user */
export function createWelcome(options: {
  tokens: AccessTokens
  cookies: CookieJar
  describeInstallation: (user: UserRow | undefined) => Promise<Me['installation']>
}): Welcome {
  const { tokens, cookies, describeInstallation } = options
  async function describe(user: UserRow | undefined): Promise<Me> {
    return {
      user: user === undefined ? null : publicUser(user),
      installation: await describeInstallation(user),
    }
  }
  return {
    describe,
    async letIn(response, signIn) {
      cookies.passOn(response, signIn.cookies)
      cookies.setAccessToken(response, await tokens.issue(signIn.principal))
      return describe(signIn.user)
    },
  }
}

function publicUser({ id, kind, role, name, email, emailVerifiedAt }: UserRow): User {
  return { id, kind, role, name, email, emailVerified: emailVerifiedAt !== null }
}
