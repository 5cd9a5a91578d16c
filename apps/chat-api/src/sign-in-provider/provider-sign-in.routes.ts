import { API_PREFIX } from '@brainlyx/chat-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Logger } from '@brainlyx/service-kit'
import { parseCookies } from 'better-auth/cookies'
import { ANSWERED } from '../http/register-routes.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { Welcome } from '../identity/session.routes.ts'
import type { SignInLimits } from '../identity/sign-in-limits.ts'
import { visitorOf } from '../identity/visitor.ts'
import type { ProviderSignInService } from './provider-sign-in.service.ts'

/** web's, which tells by a code why it did not succeed. */
const SIGN_IN_PAGE = '/sign-in'
const BINDING_LIFETIME_MS = 10 * 60 * 1000

export function providerPath(providerId: string): string {
  return `${API_PREFIX}/sign-in/with/${providerId}`
}

export function providerSignInRoutes(dependencies: {
  signIns: ProviderSignInService
  welcome: Welcome
  limits: Pick<SignInLimits, 'countAddress'>
  publicOrigin: string
  cookiePrefix: string
  logger: Logger
}): Pick<Handlers, 'beginProviderSignIn' | 'endProviderSignIn'> {
  const { signIns, welcome, limits, publicOrigin, logger } = dependencies
  const secure = publicOrigin.startsWith('https:')
  const cookie = `${secure ? '__Secure-' : ''}${dependencies.cookiePrefix}.provider`
  // Lax, since it comes back from the provider's site.
  const attributes = { httpOnly: true, sameSite: 'lax', secure, path: API_PREFIX } as const

  return {
    async beginProviderSignIn({ params, origin, request, response }) {
      await limits.countAddress(origin.address)
      const { invitation } = request.query
      const { url, binding } = await signIns.begin(
        params.signInProviderId,
        typeof invitation === 'string' ? invitation : undefined,
      )
      response.cookie(cookie, binding, { ...attributes, maxAge: BINDING_LIFETIME_MS })
      response.redirect(303, url.href)
      return ANSWERED
    },

    async endProviderSignIn({ params, principal, origin, request, response }) {
      const binding = parseCookies(request.get('cookie') ?? '').get(cookie)
      response.clearCookie(cookie, attributes)
      try {
        await limits.countAddress(origin.address)
        const { search } = new URL(request.originalUrl, publicOrigin)
        const callback = new URL(
          `${providerPath(params.signInProviderId)}/callback${search}`,
          publicOrigin,
        )
        const visitor = visitorOf(request, origin, principal)
        const signIn = await signIns.end(params.signInProviderId, callback, binding, visitor)
        await welcome.letIn(response, signIn)
        response.redirect(303, '/')
      } catch (error) {
        // A person looks at this answer, so a page tells it.
        if (!(error instanceof ServiceError) || error.status === 404) throw error
        logger.info(
          { err: error, provider: params.signInProviderId },
          'a provider’s sign-in failed',
        )
        response.redirect(303, `${SIGN_IN_PAGE}?refused=${error.code}`)
      }
      return ANSWERED
    },
  }
}
