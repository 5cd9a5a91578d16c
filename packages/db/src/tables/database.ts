import type { ApiCallsTable, ApiKeysTable } from './api-keys.ts'
import type { AnnouncementsTable } from './announcements.ts'
import type { AttemptsTable } from './attempts.ts'
import type { AuditLogTable } from './audit-log.ts'
import type { AuthIdentitiesTable, UsersTable } from './users.ts'
import type {
  BudgetsTable,
  InstallationAlertsTable,
  InstallationBudgetTable,
  InstallationSpendingTable,
  UsageDaysTable,
  UserBudgetsTable,
} from './budgets.ts'
import type { ChatHistoryTable, ChatSessionsTable } from './chats.ts'
import type { DataRequestsTable } from './data-requests.ts'
import type { InvitationsTable } from './invitations.ts'
import type { MailboxTable, MailsTable } from './mails.ts'
import type { FailuresTable } from './failures.ts'
import type { OutboxTable } from './outbox.ts'
import type { ProcessesTable } from './processes.ts'
import type { RevocationsTable } from './revocations.ts'
import type { SetUpTokensTable } from './set-up-tokens.ts'
import type { SignUpRulesTable } from './sign-up-rules.ts'
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
  dataRequests: DataRequestsTable
  revocations: RevocationsTable
  auditLog: AuditLogTable
  tiers: TiersTable
  apiKeys: ApiKeysTable
  apiCalls: ApiCallsTable
  budgets: BudgetsTable
  userBudgets: UserBudgetsTable
  usageDays: UsageDaysTable
  installationBudget: InstallationBudgetTable
  installationSpending: InstallationSpendingTable
  installationAlerts: InstallationAlertsTable
  mails: MailsTable
  mailbox: MailboxTable
  signUpRules: SignUpRulesTable
  invitations: InvitationsTable
  setUpTokens: SetUpTokensTable
  announcements: AnnouncementsTable
  failures: FailuresTable
}
