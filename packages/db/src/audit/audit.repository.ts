import type { Kysely } from 'kysely'
import { lowestIdAt } from '../identifiers/lowest-id-at.ts'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import type { TimeWindow } from '../partitions/time-window.ts'
import type { AuditDetails, AuditLogRow } from '../tables/audit-log.ts'
import type { Database } from '../tables/database.ts'

export interface AuditEntry {
  actorKind: AuditLogRow['actorKind']
  /** A pseudonym; null: a service by itself. */
  actor: string | null
  action: string
  outcome: AuditLogRow['outcome']
  subject?: string | undefined
  address?: string | undefined
  details?: AuditDetails | undefined
  traceId?: string | undefined
}

export interface AuditPlace {
  /** Only what is older than this event. */
  before?: string | undefined
  limit: number
}

export interface AuditSelection extends TimeWindow {
  action?: string | undefined
  outcome?: AuditLogRow['outcome'] | undefined
  actor?: string | undefined
  subject?: string | undefined
}

/** Events of a time, the newest first. Names no user: the log knows only pseudonyms. */
export async function listAuditLog(
  db: Kysely<Database>,
  { from, until, before, limit, ...equal }: AuditSelection & AuditPlace,
): Promise<AuditLogRow[]> {
  let query = db
    .selectFrom('auditLog')
    .selectAll()
    .where('createdAt', '>=', from)
    .where('createdAt', '<', until)
    // The months are left out by the one, the rows in a month by the other.
    .where('id', '>=', lowestIdAt(from))
    .where('id', '<', before ?? lowestIdAt(until))
  for (const name of ['action', 'outcome', 'actor', 'subject'] as const) {
    const value = equal[name]
    if (value !== undefined) query = query.where(name, '=', value)
  }
  // An id is by time, too; a person's index knows only the time itself.
  if (equal.actor !== undefined || equal.subject !== undefined) {
    query = query.orderBy('createdAt', 'desc')
  }
  return query.orderBy('id', 'desc').limit(limit).execute()
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
