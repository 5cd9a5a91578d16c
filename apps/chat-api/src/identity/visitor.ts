import type { Request } from 'express'
import type { Principal } from '../http/principal.ts'
import type { RequestOrigin } from '../http/request-origin.ts'

/** What a sign-in may know of the request. */
export interface Visitor {
  readonly address: string
  readonly userAgent: string | undefined
  /** Who they are so far. */
  readonly principal: Principal | null
}

export function visitorOf(
  request: Request,
  origin: RequestOrigin,
  principal: Principal | null,
): Visitor {
  return { address: origin.address, userAgent: request.get('user-agent'), principal }
}

/** The guest that they are so far. */
export function guestOf(visitor: Visitor): string | null {
  return visitor.principal?.kind === 'guest' ? visitor.principal.userId : null
}

/** The cookie is left out on purpose: what becomes of a guest is decided here, not by the library's plugin. */
export function headersOf(visitor: Visitor): Headers {
  const headers = new Headers({ 'x-client-address': visitor.address })
  if (visitor.userAgent !== undefined) headers.set('user-agent', visitor.userAgent)
  return headers
}
