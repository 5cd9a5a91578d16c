import { currentTrace } from '@brainlyx/service-kit'
import type { Request, RequestHandler, Response } from 'express'
import type { Authenticate, Caller } from '../admit/authenticate.ts'

/** A handler that runs for known callers only; what it throws goes to the error handler. */
export function authenticated(
  authenticate: Authenticate,
  handle: (request: Request, response: Response, caller: Caller) => Promise<void> | void,
): RequestHandler {
  return async (request, response) => {
    const id = currentTrace()?.traceId ?? ''
    // OpenAI's and Anthropic's SDKs give it to their callers, of errors too.
    response.setHeader('x-request-id', id)
    response.setHeader('request-id', id)
    const caller = await authenticate(request.get('authorization') ?? ofKey(request))
    await handle(request, response, caller)
  }
}

/** Anthropic's SDKs have a header of their own for a key. */
function ofKey(request: Request): string | undefined {
  const key = request.get('x-api-key')
  return key === undefined ? undefined : `Bearer ${key}`
}

/** A path parameter, with the slashes that a wildcard one was split at. */
export function pathParameter(request: Request, name: string): string {
  return [request.params[name] ?? ''].flat().join('/')
}
