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
