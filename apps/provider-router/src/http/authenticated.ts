import { currentTrace } from '@brainlyx/service-kit'
import type { Request, RequestHandler, Response } from 'express'
import type { Authenticate, Caller } from '../admit/authenticate.ts'

/** A handler that runs for known callers only; what it throws goes to the error handler. */
export function authenticated(
  authenticate: Authenticate,
  handle: (request: Request, response: Response, caller: Caller) => Promise<void> | void,
): RequestHandler {
  return async (request, response) => {
    // OpenAI's SDKs give it to their callers as `request_id`, of errors too.
    response.setHeader('x-request-id', currentTrace()?.traceId ?? '')
    const caller = await authenticate(request.get('authorization'))
    await handle(request, response, caller)
  }
}

/** A path parameter, with the slashes that a wildcard one was split at. */
export function pathParameter(request: Request, name: string): string {
  return [request.params[name] ?? ''].flat().join('/')
}
