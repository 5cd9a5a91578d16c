import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

const YEAR_SECONDS = 365 * 24 * 60 * 60

/**
 * Helmet's headers, and a policy under which nothing loads: a page sets its own over it. They are the same for every
 * response, so helmet is asked for them once, and not by a dozen middlewares a request.
 */
export function secureResponses(options: { https: boolean }): RequestHandler {
  const apply = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    // Other hosts of the domain are not ours to decide about.
    strictTransportSecurity: options.https
      ? { maxAge: YEAR_SECONDS, includeSubDomains: false }
      : false,
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
