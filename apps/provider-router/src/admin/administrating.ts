import type { Request, RequestHandler, Response } from 'express'
import type { Authenticate } from '../admit/authenticate.ts'
import { requireAdministrator } from '../admit/require-administrator.ts'

/** A handler that runs for administrators only, and is told which; what it throws goes to the error handler. */
export function administrating(
  authenticate: Authenticate,
  handle: (request: Request, response: Response, administrator: string) => Promise<void> | void,
): RequestHandler {
  return async (request, response) => {
    const caller = await authenticate(request.get('authorization'), 'administration')
    await handle(request, response, requireAdministrator(caller))
  }
}
