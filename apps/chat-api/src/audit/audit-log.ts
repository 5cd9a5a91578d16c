import { recordAudit, withMissingPartition } from '@brainlyx/db'
import type { AuditEntry, Database, Pseudonymizer, UserRow } from '@brainlyx/db'
import { currentTrace } from '@brainlyx/service-kit'
import type { Kysely, Transaction } from 'kysely'
import type { Principal } from '../http/principal.ts'
import type { RequestOrigin } from '../http/request-origin.ts'

/** Who does something, and the network address that they do it from. */
export interface Actor extends Pick<Principal, 'userId' | 'role'> {
  readonly address: string
}

/** Nobody who is signed in: only an e-mail address, which may be anybody’s who claims to have it. */
export interface Claimant {
  readonly claims: string
  readonly address: string
}

export interface AuditEvent extends Pick<AuditEntry, 'action' | 'details'> {
  readonly by: Actor | Claimant | 'service'
  /** Default: `completed`. */
  readonly outcome?: AuditEntry['outcome']
  /** The id of the user it is done to, where that is not who does it. */
  readonly to?: string | undefined
}

/** Adds to the audit log. Who somebody is and where they are is made a pseudonym here. */
export interface AuditLog {
  /** An event by itself, in no transaction. */
  record(event: AuditEvent): Promise<void>
  /** An event in the transaction of what it tells, which makes a month that is missing (`withMissingPartition`). */
  recordIn(transaction: Transaction<Database>, event: AuditEvent): Promise<void>
}

export function createAuditLog(options: {
  db: Kysely<Database>
  pseudonymOf: Pseudonymizer
}): AuditLog {
  const { db, pseudonymOf } = options

  function whoIn(by: AuditEvent['by']): Pick<AuditEntry, 'actorKind' | 'actor' | 'address'> {
    if (by === 'service') return { actorKind: 'service', actor: null }
    const address = pseudonymOf(by.address)
    return 'claims' in by
      ? { actorKind: 'user', actor: pseudonymOf(claimOf(by.claims)), address }
      : { actorKind: by.role, actor: pseudonymOf(by.userId), address }
  }

  function entryOf({ by, action, outcome = 'completed', to, details }: AuditEvent): AuditEntry {
    const subject = to === undefined ? undefined : pseudonymOf(to)
    const traceId = currentTrace()?.traceId
    return { ...whoIn(by), action, outcome, subject, details, traceId }
  }

  return {
    record: (event) => withMissingPartition(db, () => recordAudit(db, entryOf(event))),
    recordIn: (transaction, event) => recordAudit(transaction, entryOf(event)),
  }
}

/** Whoever sent a request. */
export function actorOf(call: { principal: Principal; origin: RequestOrigin }): Actor {
  const { userId, role } = call.principal
  return { userId, role, address: call.origin.address }
}

/** Somebody who has shown whose account it is, signed in or not. */
export function actingUser({ id, role }: UserRow, address: string): Actor {
  return { userId: id, role, address }
}

/** What an e-mail is in the log, however it was typed. */
export const claimOf = (email: string): string => email.trim().toLowerCase()
