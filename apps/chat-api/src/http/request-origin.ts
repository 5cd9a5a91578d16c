import { SERVICE_TOKEN_HEADER } from '@brainlyx/chat-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { ServiceTokenVerifier } from '@brainlyx/service-kit'
import type { Request } from 'express'
import { clientAddress } from './client-address.ts'

/** Where a request comes from, as far as we believe it. */
export interface RequestOrigin {
  /** Proved by a token that `web` sent it on a user's behalf. */
  readonly fromWeb: boolean
  readonly address: string
}

const WEB = 'web'

export function createOriginReader(options: {
  serviceTokens: ServiceTokenVerifier
  trustedProxyHops: number
}): (request: Request) => Promise<RequestOrigin> {
  return async (request) => {
    const token = request.get(SERVICE_TOKEN_HEADER)
    const fromWeb =
      token !== undefined && (await options.serviceTokens.verify(token)).service === WEB
    const trusted = options.trustedProxyHops + (fromWeb ? 1 : 0)
    const peer = request.socket.remoteAddress ?? ''
    return { fromWeb, address: clientAddress(peer, request.get('x-forwarded-for'), trusted) }
  }
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Cross-site request forgery: a browser adds our cookies to what other sites send. So a request that changes
 * something must be one that a browser says comes from our own pages, or come through web (which checks forms
 * itself), or carry a bearer token, which no browser adds by itself. Only a request without cookies and without a
 * browser's headers, a program's, may say nothing; it has nobody's rights to abuse.
 * @throws {ServiceError} 403 `cross-origin-request`
 */
export function refuseForeignPages(
  request: Request,
  origin: RequestOrigin,
  publicOrigin: string,
): void {
  if (SAFE_METHODS.has(request.method)) return
  if (/^bearer /i.test(request.get('authorization') ?? '')) return
  const fetchSite = request.get('sec-fetch-site')
  const sentFrom = request.get('origin')
  if (fetchSite === 'same-origin' || sentFrom === publicOrigin) return
  const saysNothing = fetchSite === undefined && sentFrom === undefined
  if (saysNothing && (origin.fromWeb || request.get('cookie') === undefined)) return
  throw new ServiceError({
    code: 'cross-origin-request',
    status: 403,
    title: 'This request comes from another site.',
    detail: `Open ${publicOrigin} and do it there.`,
  })
}
