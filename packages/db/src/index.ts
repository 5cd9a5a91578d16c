// Postgres: tables, migrations, partitions, and the queries that two apps share. Queries on a user's data name
// `userId` and run by `asUser`; those that do not run by `asSystem` and say «a system query» where they are.
export { createDatabase } from './connection/create-database.ts'
export type { DatabaseOptions, QueryReport } from './connection/create-database.ts'
export { databaseKeys } from './connection/database-environment.ts'
export { DatabaseBusyError, DatabaseSilentError } from './connection/database-errors.ts'
export { openDatabases } from './connection/open-databases.ts'
export { pingDatabase } from './connection/ping.ts'
export { retryDeadlock } from './connection/retry-deadlock.ts'
export { isPostgresError } from './connection/postgres-error.ts'
export type { PostgresError } from './connection/postgres-error.ts'
export { NoReplicaError } from './replicas/no-replica-error.ts'
export { createReads } from './replicas/reads.ts'
export type { Reads } from './replicas/reads.ts'
export { createServerMetrics } from './monitoring/server-metrics.ts'
export { readServerStatistics } from './monitoring/server-statistics.ts'
export { derivedId } from './identifiers/derived-id.ts'
export { newId } from './identifiers/new-id.ts'
export { isFreshTurnId, timestampOf } from './identifiers/timestamp-of.ts'
export { ensurePartitionFor, ensurePartitions } from './partitions/ensure-partitions.ts'
export { dropEmptyMonths } from './partitions/drop-empty-months.ts'
export { packNextMonth } from './packing/pack-next-month.ts'
export { monthsAhead } from './partitions/months-ahead.ts'
export { withMissingPartition } from './partitions/with-missing-partition.ts'
export { asSystem, asUser } from './row-level-security/as-user.ts'
export type { Database } from './tables/database.ts'
export type { AlertPercent, BudgetRow, UsageDayRow, UserBudgetRow } from './tables/budgets.ts'
export type { AnnouncementRow } from './tables/announcements.ts'
export type { AttemptError, AttemptRow } from './tables/attempts.ts'
export type { ApiCallRow, ApiKeyRow } from './tables/api-keys.ts'
export type { ChatRow, MessageRow } from './tables/chats.ts'
export type { DataRequestRow } from './tables/data-requests.ts'
export type { FailedDecision, FailureRow } from './tables/failures.ts'
export type { OutboxRow } from './tables/outbox.ts'
export type { TierRow } from './tables/tiers.ts'
export type { TurnRow } from './tables/turns.ts'
export type { InvitationRow } from './tables/invitations.ts'
export type { MailRow, MailboxRow } from './tables/mails.ts'
export type { SignUpRules } from './tables/sign-up-rules.ts'
export {
  addMail,
  beginMail,
  markMailSent,
  purgeMails,
  takeMailLink,
  withdrawMailLinks,
} from './accounts/mail.repository.ts'
export type { MailLink } from './accounts/mail.repository.ts'
export { listMailbox, purgeMailbox, putIntoMailbox } from './accounts/mailbox.repository.ts'
export {
  confirmAddress,
  findUserByAddress,
  hasAdministrator,
  listAdministratorAddresses,
  renameUser,
  setUserTier,
} from './accounts/member.repository.ts'
export { takeTotpStep } from './accounts/second-factor.repository.ts'
export { findSignUpRules, setSignUpRules } from './accounts/sign-up-rules.repository.ts'
export {
  createInvitation,
  findInvitation,
  listInvitations,
  purgeInvitations,
  revokeInvitation,
  takeInvitation,
} from './accounts/invitation.repository.ts'
export {
  addSetUpToken,
  forgetSetUpTokens,
  listSetUpTokens,
} from './accounts/set-up-token.repository.ts'
export type { UserRow } from './tables/users.ts'
export {
  createUser,
  findUser,
  findUserByAuthUser,
  findUserByEmail,
  linkIdentity,
  promoteGuest,
  setUserRole,
} from './users/user.repository.ts'
export type { NewUser } from './users/user.repository.ts'
export {
  deleteSignIns,
  findLinkedAuthUser,
  listLinkedAccounts,
  listSignIns,
} from './users/sign-in.repository.ts'
export type { LinkedAccountRow, SignInRow } from './users/sign-in.repository.ts'
export {
  addSigningKey,
  deleteSigningKeys,
  listSigningKeys,
} from './users/signing-key.repository.ts'
export type { SigningKeyRow } from './users/signing-key.repository.ts'
export { changeUserStanding, lockUser } from './users/user-standing.repository.ts'
export type { UserStanding } from './users/user-standing.repository.ts'
export { currentUserId, mergeGuest } from './users/merge-guest.ts'
export {
  deleteChat,
  findChat,
  findChatTitles,
  listChats,
  renameChat,
  setJobTitle,
} from './chats/chat.repository.ts'
export type { ChatCursor, ChatSlice, DeletedChat } from './chats/chat.repository.ts'
export { findMessage, listMessages, readHistory } from './chats/message.repository.ts'
export type { MessagePlace, MessageSlice } from './chats/message.repository.ts'
export { showBranch } from './chats/branch.ts'
export { searchMessages } from './chats/search-messages.ts'
export type {
  MessageHit,
  MessageHits,
  MessageSearch,
  SearchPlace,
  SearchTerm,
} from './chats/search-messages.ts'
export { searchTitles } from './chats/search-titles.ts'
export type { TitleHit } from './chats/search-titles.ts'
export { TurnRefusedError } from './turns/turn-refused-error.ts'
export type { TurnRefusal } from './turns/turn-refused-error.ts'
export { BudgetRefusedError } from './budgets/budget-refused-error.ts'
export type { BudgetRefusal } from './budgets/budget-refused-error.ts'
export { monthOf } from './budgets/turn-price.ts'
export type { TurnPrice } from './budgets/turn-price.ts'
export { accountCall } from './budgets/account-call.ts'
export { findBudget, listUsageDays } from './budgets/usage.repository.ts'
export type { BudgetOfMonth } from './budgets/usage.repository.ts'
export {
  addInstallationAlert,
  listAlertedBudgets,
  listTierBudgets,
  listUserBudgets,
  readInstallationBudget,
  setInstallationBudget,
  setUserBudget,
} from './budgets/budget-settings.repository.ts'
export type { InstallationBudget } from './budgets/budget-settings.repository.ts'
export { startTurn } from './turns/start-turn.ts'
export type { NewTurn } from './turns/start-turn.ts'
export { finishTurn } from './turns/finish-turn.ts'
export type { FinishedTurn, TurnEnding } from './turns/finish-turn.ts'
export type { PromotedTurn } from './turns/promote-waiting-turn.ts'
export { findTurn, listWaitingTurns, requestStop } from './turns/turn.repository.ts'
export { listUnfinishedTurns } from './turns/list-unfinished-turns.ts'
export { findStopRequests } from './turns/find-stop-requests.ts'
export { findUnfinishedTurns } from './turns/find-unfinished-turns.ts'
export { claimOrphanedTurns } from './turns/claim-orphaned-turns.ts'
export { releaseIdleTurns, releaseTurn } from './turns/release-turns.ts'
export { announceAttempt, listAttempts, settleAttempt } from './turns/attempt.repository.ts'
export type { AnnouncedAttempt, SettledAttempt } from './turns/attempt.repository.ts'
export {
  addToOutbox,
  countUndelivered,
  markDelivered,
  markUndeliverable,
  purgeDelivered,
  takeFromOutbox,
} from './outbox/outbox.repository.ts'
export type { OutboxMessage } from './outbox/outbox.repository.ts'
export {
  HEARTBEAT_EXPIRY_MS,
  HEARTBEAT_INTERVAL_MS,
  beat,
  countProcesses,
  deregisterProcess,
  isAlive,
  purgeProcesses,
} from './processes/process.repository.ts'
export { deleteIdleChat, findIdleChats, listRetentionPolicies } from './retention/idle-chats.ts'
export { countTokens } from './limits/count-tokens.ts'
export {
  STANDING_LIMITS,
  findStanding,
  lowerStanding,
  reviewStanding,
} from './limits/standing.repository.ts'
export type { Abuse, LimitStanding } from './limits/standing.repository.ts'
export { listTiers, removeTier, saveTier } from './limits/tier.repository.ts'
export {
  changeApiKey,
  createApiKey,
  findApiKey,
  listApiKeys,
  listChangedApiKeys,
  noteApiKeyUse,
  revokeApiKey,
  rotateApiKey,
} from './api-keys/api-key.repository.ts'
export type { ApiKeyView } from './api-keys/api-key.repository.ts'
export {
  beginApiCall,
  endApiCall,
  findLostApiCalls,
  noteApiCallProgress,
} from './api-keys/api-call.repository.ts'
export { createPseudonymizer } from './audit/pseudonym.ts'
export type { Pseudonymizer } from './audit/pseudonym.ts'
export type { AuditDetails } from './tables/audit-log.ts'
export { listAuditLog, recordAudit } from './audit/audit.repository.ts'
export type { AuditEntry, AuditSelection } from './audit/audit.repository.ts'
export {
  EVERY_VERSION,
  addRevocations,
  listRevocations,
  purgeRevocations,
} from './rights/revocation.repository.ts'
export type { Revocation } from './rights/revocation.repository.ts'
export {
  beginDataRequest,
  completeDataRequest,
  createDataRequest,
  failDataRequest,
  findDataRequest,
  findDataRequestIds,
  listDataRequests,
  peekDataRequest,
  purgeDataRequests,
  reportProgress,
  restartIdleDataRequests,
} from './rights/data-request.repository.ts'
export { hasChat, insertImportedChat, insertImportedMessages } from './rights/import-chat.ts'
export { closeAccount } from './rights/close-account.ts'
export {
  countChats,
  deleteExports,
  deleteLeftovers,
  deleteMessages,
  deleteOutboxOf,
  disownAttempts,
  forgetUser,
  isStillReferenced,
  listChatIds,
  listOwnUserIds,
} from './rights/delete-everything.ts'
export type { AuditLogRow } from './tables/audit-log.ts'
export { readAccount, readAttemptPage, readMessagePage } from './rights/read-everything.ts'
export {
  deleteAnnouncement,
  insertAnnouncement,
  listAnnouncements,
  listComingAnnouncements,
  updateAnnouncement,
} from './announcements/announcement.repository.ts'
export type { AnnouncementContent } from './announcements/announcement.repository.ts'
export {
  findFailures,
  findTurnOfAnyone,
  forgetFailures,
  groupFailures,
  listLatestFailures,
  purgeFailures,
  recordFailures,
} from './failures/failure.repository.ts'
export type { FailureGroup, NewFailure } from './failures/failure.repository.ts'
export { createFailureLog } from './failures/failure-log.ts'
export type { FailureLog } from './failures/failure-log.ts'
export { listUsers, searchUsers } from './admin/list-users.ts'
export type { UserFilter, UserPlace } from './admin/list-users.ts'
export { isLastAdministrator } from './admin/last-administrator.ts'
export { countActiveUsers, countTurns, countUsers } from './admin/observe-installation.ts'
export { listTierNames } from './admin/list-tier-names.ts'
export { sumUsage } from './admin/sum-usage.ts'
