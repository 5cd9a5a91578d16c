import { recordAudit, withMissingPartition } from '@brainlyx/db'
import type { AuditEntry, Database, Pseudonymizer } from '@brainlyx/db'
import { currentTrace } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import type { Principal } from '../http/principal.ts'
import type { RequestOrigin } from '../http/request-origin.ts'

/** Who did it: somebody who is signed in, or somebody who only says who they are. */
export type Actor =
  | Pick<Principal, 'userId' | 'role'>
  | { readonly claims: string; readonly role: 'user' }

export interface AuditTrail {
  /** Adds an event to the audit log. What is done to whom is a user’s id; it is made a pseudonym here. */
  record(
    by: { readonly actor: Actor; readonly origin: Pick<RequestOrigin, 'address'> },
    event: Pick<AuditEntry, 'action' | 'outcome' | 'details'> & { readonly to?: string },
  ): Promise<void>
}

export function createAuditTrail(options: {
  db: Kysely<Database>
  pseudonymOf: Pseudonymizer
}): AuditTrail {
  const { db, pseudonymOf } = options
  return {
    async record({ actor, origin }, { action, outcome, details, to }) {
      const entry: AuditEntry = {
        actorKind: actor.role,
        actor: pseudonymOf('claims' in actor ? actor.claims : actor.userId),
        address: pseudonymOf(origin.address),
        action,
        outcome,
        traceId: currentTrace()?.traceId,
        ...(details === undefined ? {} : { details }),
        ...(to === undefined ? {} : { subject: pseudonymOf(to) }),
      }
      await withMissingPartition(db, () => recordAudit(db, entry))
    },
  }
}

/** What an e-mail is in the log, however it was typed. */
export const claimOf = (email: string): string => email.trim().toLowerCase()
