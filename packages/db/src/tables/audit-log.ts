import type { Selectable } from 'kysely'
import type { IdTimestamp, Json } from './column.ts'

/** Numbers and names of things; nothing that a person wrote, is called or can be reached by. */
export type AuditDetails = Readonly<Record<string, number | boolean | string>>

export interface AuditLogTable {
  id: string
  createdAt: IdTimestamp
  actorKind: 'user' | 'admin' | 'service'
  /** A pseudonym; null: a service by itself. */
  actor: string | null
  /** Kebab-case: `account-deletion`. */
  action: string
  outcome: 'requested' | 'completed' | 'refused' | 'failed'
  /** The pseudonym of whom it was done to, where that is not the actor. */
  subject: string | null
  /** The pseudonym of the network address it came from. */
  address: string | null
  details: Json<AuditDetails>
  traceId: string | null
}
export type AuditLogRow = Selectable<AuditLogTable>
