import type { AnnouncementsTable } from './announcements.ts'
import type { AttemptsTable } from './attempts.ts'
import type { AuditLogTable } from './audit-log.ts'
import type { AuthIdentitiesTable, UsersTable } from './users.ts'
import type { ChatHistoryTable, ChatSessionsTable } from './chats.ts'
import type { DataRequestsTable } from './data-requests.ts'
import type { FailuresTable } from './failures.ts'
import type { OutboxTable } from './outbox.ts'
import type { ProcessesTable } from './processes.ts'
import type { RetentionPoliciesTable } from './retention-policies.ts'
import type { RevocationsTable } from './revocations.ts'
import type { TiersTable } from './tiers.ts'
import type { TurnsTable } from './turns.ts'

/** The tables as Kysely knows them; the migrations say the rest. The auth library's are its own affair. */
export interface Database {
  users: UsersTable
  authIdentities: AuthIdentitiesTable
  chatSessions: ChatSessionsTable
  chatHistory: ChatHistoryTable
  turns: TurnsTable
  attempts: AttemptsTable
  outbox: OutboxTable
  processes: ProcessesTable
  retentionPolicies: RetentionPoliciesTable
  dataRequests: DataRequestsTable
  revocations: RevocationsTable
  auditLog: AuditLogTable
  tiers: TiersTable
  announcements: AnnouncementsTable
  failures: FailuresTable
}
