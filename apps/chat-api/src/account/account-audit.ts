import { recordAudit } from '@brainlyx/db'
import type { AuditEntry, Database, Pseudonymizer, UserRow } from '@brainlyx/db'
import { currentTrace } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { claimOf } from '../audit/audit-trail.ts'

export interface AccountEvent extends Pick<AuditEntry, 'action' | 'outcome' | 'details'> {
  /** Who did it; an address where nobody is signed in, since it may be anybody who only claims to have it. */
  readonly by: Pick<UserRow, 'id' | 'role'> | { readonly claimed: string }
  /** The network address that the request came from. */
  readonly address: string
}

export type AccountAudit = (db: Kysely<Database>, event: AccountEvent) => Promise<void>

/** Writes what happens to accounts into the audit log, as pseudonyms. */
export function createAccountAudit(options: { pseudonymOf: Pseudonymizer }): AccountAudit {
  const { pseudonymOf } = options
  return (db, { by, address, ...entry }) =>
    recordAudit(db, {
      ...entry,
      actorKind: 'role' in by ? by.role : 'user',
      actor: pseudonymOf('role' in by ? by.id : claimOf(by.claimed)),
      address: pseudonymOf(address),
      traceId: currentTrace()?.traceId,
    })
}
