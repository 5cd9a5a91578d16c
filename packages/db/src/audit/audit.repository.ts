import type { Kysely } from 'kysely'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import type { AuditDetails, AuditLogRow } from '../tables/audit-log.ts'
import type { Database } from '../tables/database.ts'

export interface AuditEntry {
  actorKind: AuditLogRow['actorKind']
  /** A pseudonym; null: a service by itself. */
  actor: string | null
  action: string
  outcome: AuditLogRow['outcome']
  subject?: string
  address?: string
  details?: AuditDetails
  traceId?: string | undefined
}

/** Adds to the audit log, best in the transaction of what it tells. @throws 23514 where something is no pseudonym */
export async function recordAudit(db: Kysely<Database>, entry: AuditEntry): Promise<void> {
  const id = newId()
  await db
    .insertInto('auditLog')
    .values({
      id,
      createdAt: timestampOf(id),
      actorKind: entry.actorKind,
      actor: entry.actor,
      action: entry.action,
      outcome: entry.outcome,
      subject: entry.subject ?? null,
      address: entry.address ?? null,
      details: JSON.stringify(entry.details ?? {}),
      traceId: entry.traceId ?? null,
    })
    .execute()
}
