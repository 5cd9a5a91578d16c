import { z } from 'zod'
import { Identifier, Timestamp } from './identifier.ts'

/** A browser or a program that is signed in as somebody. */
export const OwnSignIn = z.object({
  id: Identifier,
  /** In words: `Firefox on Windows`; null where it did not say. */
  device: z.string().nullable(),
  /** The network address that it began from, without its end: `198.51.100.x`, `2001:db8:1::/48`. */
  address: z.string().nullable(),
  createdAt: Timestamp,
  /** To the quarter of an hour. */
  lastUsedAt: Timestamp,
  /** The one that this request comes from. */
  isThis: z.boolean(),
})
export type OwnSignIn = z.infer<typeof OwnSignIn>

export const OwnSignInList = z.object({
  /** The last used first. */
  signIns: z.array(OwnSignIn),
})
export type OwnSignInList = z.infer<typeof OwnSignInList>

export const EndedSignIns = z.object({ ended: z.int().nonnegative() })
export type EndedSignIns = z.infer<typeof EndedSignIns>
