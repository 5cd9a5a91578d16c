import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

/**
 * Helmet's headers. They are the same for every response, so helmet is asked for them once, and not by a dozen
 * middlewares a request.
 */
export function secureResponses(options: { contentSecurityPolicy: boolean }): RequestHandler {
  const apply = helmet({
    contentSecurityPolicy: options.contentSecurityPolicy
      ? {
          useDefaults: false,
          directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
        }
      : false,
    strictTransportSecurity: false,
  })
  const request = new IncomingMessage(new Socket())
  const sample = new ServerResponse(request)
  apply(request, sample, () => {})
  const headers = Object.entries(sample.getHeaders())
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value ?? '')
    next()
  }
}
