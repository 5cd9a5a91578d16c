import type { Migration } from 'kysely/migration'
import { partitions } from './2026-11-23-1-partitions.ts'
import { users } from './2026-11-23-2-users.ts'
import { authSchema } from './2026-11-23-3-auth-schema.ts'
import { chats } from './2026-11-23-4-chats.ts'
import { turns } from './2026-11-23-5-turns.ts'
import { outboxAndProcesses } from './2026-11-23-6-outbox-and-processes.ts'
import { turnLineAndRecovery } from './2026-11-26-1-turn-line-and-recovery.ts'
import { partitionUpkeepAndRetention } from './2026-11-26-2-partition-upkeep-and-retention.ts'
import { searchIndex } from './2026-11-26-3-search-index.ts'
import { searchQuery } from './2026-11-26-3-search-query.ts'
import { rightsOfTheUser } from './2026-11-26-4-rights-of-the-user.ts'
import { rowLevelSecurity } from './2026-11-26-5-row-level-security.ts'
import { tiers } from './2026-11-26-6-tiers.ts'
import { limits } from './2026-11-26-6b-limits.ts'
import { budgets } from './2026-11-26-7-budgets.ts'
import { apiKeys } from './2026-11-26-8-api-keys.ts'
import { accounts } from './2026-11-26-9a-accounts.ts'
import { tokens } from './2026-11-26-9b-tokens.ts'
import { announcements } from './2026-11-26-9c-announcements.ts'
import { callReservations } from './2026-11-26-9e-call-reservations.ts'
import { singleUseCodes } from './2026-11-27-1-single-use-codes.ts'
import { budgetsOfRotatedKeys } from './2026-11-27-2-budgets-of-rotated-keys.ts'
import { refusingBudget } from './2026-11-27-3-refusing-budget.ts'
import { budgetMails } from './2026-11-27-4-budget-mails.ts'
import { branchedChats } from './2026-11-27-5-branched-chats.ts'
import { functionsPlannedOnce } from './2026-11-27-6-functions-planned-once.ts'
import { packedMonths } from './2026-11-28-1-packed-months.ts'

/** In the order of their names. One that has been released is never changed; the next one corrects it. */
export const migrations: Readonly<Record<string, Migration>> = {
  '2026-11-23-1-partitions': partitions,
  '2026-11-23-2-users': users,
  '2026-11-23-3-auth-schema': authSchema,
  '2026-11-23-4-chats': chats,
  '2026-11-23-5-turns': turns,
  '2026-11-23-6-outbox-and-processes': outboxAndProcesses,
  '2026-11-26-1-turn-line-and-recovery': turnLineAndRecovery,
  '2026-11-26-2-partition-upkeep-and-retention': partitionUpkeepAndRetention,
  '2026-11-26-3-search-index': searchIndex,
  '2026-11-26-3-search-query': searchQuery,
  '2026-11-26-4-rights-of-the-user': rightsOfTheUser,
  '2026-11-26-5-row-level-security': rowLevelSecurity,
  '2026-11-26-6-tiers': tiers,
  '2026-11-26-6b-limits': limits,
  '2026-11-26-7-budgets': budgets,
  '2026-11-26-8-api-keys': apiKeys,
  '2026-11-26-9a-accounts': accounts,
  '2026-11-26-9b-tokens': tokens,
  '2026-11-26-9c-announcements': announcements,
  '2026-11-26-9e-call-reservations': callReservations,
  '2026-11-27-1-single-use-codes': singleUseCodes,
  '2026-11-27-2-budgets-of-rotated-keys': budgetsOfRotatedKeys,
  '2026-11-27-3-refusing-budget': refusingBudget,
  '2026-11-27-4-budget-mails': budgetMails,
  '2026-11-27-5-branched-chats': branchedChats,
  '2026-11-27-6-functions-planned-once': functionsPlannedOnce,
  '2026-11-28-1-packed-months': packedMonths,
}
