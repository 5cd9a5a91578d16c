import { ServiceError } from '@brainlyx/service-kit'
import type { RequestHandler } from 'express'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Takes state-changing requests only from our own pages. Browsers say where a request comes from in
 * `Sec-Fetch-Site` (over https and on localhost) and in `Origin`; a request with neither is refused for pages, and
 * elsewhere allowed where it carries no cookie that could be abused.
 */
export function refuseForeignOrigins(options: {
  publicOrigin: string
  withoutOrigin: 'refuse' | 'allow-without-cookie'
}): RequestHandler {
  return (request, _response, next) => {
    if (SAFE_METHODS.has(request.method)) return next()
    const site = request.get('sec-fetch-site')
    if (site !== undefined) return next(site === 'same-origin' ? undefined : foreignOrigin)
    const origin = request.get('origin')
    if (origin !== undefined) {
      return next(origin === options.publicOrigin ? undefined : foreignOrigin)
    }
    const harmless = options.withoutOrigin !== 'refuse' && request.headers.cookie === undefined
    next(harmless ? undefined : foreignOrigin)
  }
}

const foreignOrigin = new ServiceError({
  code: 'foreign-origin',
  status: 403,
  title: 'This request did not come from a page of this site.',
  detail: 'Open the site at its own address and try again from there.',
})
