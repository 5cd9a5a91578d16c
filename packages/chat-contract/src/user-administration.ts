import { z } from 'zod'
import { Cursor, Identifier, Timestamp } from './identifier.ts'
import { Standing } from './limits.ts'
import { UserKind, UserRole } from './session.ts'

/** Why somebody is banned; a word of this list, since the audit log keeps nothing that a person wrote. */
export const BanReason = z.enum(['abuse', 'spam', 'security', 'payment', 'request', 'other'])
export type BanReason = z.infer<typeof BanReason>

/** A user as an administrator sees them. */
export const ManagedUser = z.object({
  id: Identifier,
  kind: UserKind,
  role: UserRole,
  tier: z.string(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  createdAt: Timestamp,
  bannedAt: Timestamp.nullable(),
  /** The account is being deleted. */
  deletingAt: Timestamp.nullable(),
})
export type ManagedUser = z.infer<typeof ManagedUser>

export const ManagedUserPage = z.object({
  users: z.array(ManagedUser),
  nextCursor: z.string().nullable(),
  /** All that there are, from the least to the most. */
  tiers: z.array(z.string()),
})
export type ManagedUserPage = z.infer<typeof ManagedUserPage>

/** Without `search` the newest first; with it those whose address begins so, then those whose name does. */
export const ManagedUserQuery = z.object({
  search: z.string().trim().max(254).optional(),
  kind: UserKind.optional(),
  role: UserRole.optional(),
  tier: z.string().max(64).optional(),
  banned: z.enum(['true', 'false']).optional(),
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

/** One event of the audit log that a user did, or that was done to them. */
export const UserEvent = z.object({
  id: Identifier,
  createdAt: Timestamp,
  /** By themselves, or to them by somebody else. */
  by: z.enum(['user', 'admin', 'service']),
  isOwn: z.boolean(),
  action: z.string(),
  outcome: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  traceId: z.string().nullable(),
})
export type UserEvent = z.infer<typeof UserEvent>

export const ManagedUserDetail = z.object({
  user: ManagedUser,
  /** How much of their tier they have, and why. */
  standing: Standing,
  /** What stands for the user in the audit log. */
  pseudonym: z.string(),
  /** Of this month, in UTC. */
  usage: z.object({
    since: Timestamp,
    turns: z.int().nonnegative(),
    calls: z.int().nonnegative(),
    inputTokens: z.int().nonnegative(),
    outputTokens: z.int().nonnegative(),
    /** Pico-dollars, as far as prices are known. */
    costPicoUsd: z.string().regex(/^\d+$/),
  }),
  /** The newest first. */
  events: z.array(UserEvent),
  tiers: z.array(z.string()),
})
export type ManagedUserDetail = z.infer<typeof ManagedUserDetail>

export const ChangeUserInput = z
  .object({ role: UserRole.optional(), tier: z.string().min(1).max(64).optional() })
  .refine((input) => input.role !== undefined || input.tier !== undefined, 'change something')
export type ChangeUserInput = z.infer<typeof ChangeUserInput>

export const BanUserInput = z.object({ reason: BanReason })
export type BanUserInput = z.infer<typeof BanUserInput>
