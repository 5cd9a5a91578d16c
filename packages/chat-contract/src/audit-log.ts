import { z } from 'zod'
import { Cursor, Identifier, Timestamp } from './identifier.ts'

/** Stands for a person or a network address; who holds the installation’s key can make it, nobody can undo it. */
const Pseudonym = z.string().regex(/^[\w-]{43}$/)
/** Kebab-case: `account-deletion`. */
const Action = z.string().regex(/^[a-z]+(-[a-z]+)*$/)
const Outcome = z.enum(['requested', 'completed', 'refused', 'failed'])

export const AuditEvent = z.object({
  id: Identifier,
  at: Timestamp,
  actorKind: z.enum(['user', 'admin', 'service']),
  /** Null: a service by itself. */
  actor: Pseudonym.nullable(),
  action: Action,
  outcome: Outcome,
  /** Whom it was done to, where that is not the actor. */
  subject: Pseudonym.nullable(),
  /** Of the network address that it came from. */
  address: Pseudonym.nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  traceId: z.string().nullable(),
})
export type AuditEvent = z.infer<typeof AuditEvent>

/** Which events; without a time, those of the last 90 days. */
export const AuditFilter = z.object({
  action: Action.max(64).optional(),
  outcome: Outcome.optional(),
  actor: Pseudonym.optional(),
  subject: Pseudonym.optional(),
  from: Timestamp.optional(),
  until: Timestamp.optional(),
})
export type AuditFilter = z.infer<typeof AuditFilter>

export const AuditLogQuery = AuditFilter.extend({
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** The newest first. */
export const AuditLogPage = z.object({
  events: z.array(AuditEvent),
  nextCursor: Cursor.nullable(),
})
export type AuditLogPage = z.infer<typeof AuditLogPage>

/** In a body, never in a URL, which others may log. */
export const AuditPseudonymsInput = z.object({
  /** A user’s id, an e-mail or a network address. */
  person: z.string().trim().min(1).max(320),
})

export const AuditPseudonyms = z.object({
  /** Those under which the log may know them: of a user the id’s, and the e-mail’s of failed sign-ins. */
  pseudonyms: z.array(Pseudonym),
})
export type AuditPseudonyms = z.infer<typeof AuditPseudonyms>
