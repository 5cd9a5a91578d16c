import type { UserKind, UserRole } from '@brainlyx/chat-contract'
import type { z } from 'zod'

/** Who a request comes from, as its access token says. */
export interface Principal {
  /** `users.id`. */
  readonly userId: string
  readonly kind: z.infer<typeof UserKind>
  readonly role: z.infer<typeof UserRole>
  /** The sign-in that the token was made from. */
  readonly signInId: string
  /** `users.tokenVersion` when it was made. */
  readonly tokenVersion: number
}

/** Who a request was found to come from, once it was: for what deals with a response and not with its route. */
const known = new WeakMap<object, Principal>()

export function notePrincipal(response: object, principal: Principal | null): void {
  if (principal !== null) known.set(response, principal)
}

export function principalOf(response: object): Principal | undefined {
  return known.get(response)
}
