import type { Generated, Selectable } from 'kysely'
import type { Timestamp } from './column.ts'

export type BudgetScope = 'user' | 'api-key'
export type AlertPercent = 50 | 80 | 100

/** A month of a user or of an API key. Written by the database's own functions. */
export interface BudgetsTable {
  userId: string
  scope: BudgetScope
  /** The user's id, or the key's. */
  subject: string
  /** Its first day, in UTC. */
  month: string
  /** As of the last reservation; null: none. */
  limitPicoUsd: bigint | null
  /** The sum of what running turns have reserved. */
  reservedPicoUsd: Generated<bigint>
  /** The sum of the ledger. */
  spentPicoUsd: Generated<bigint>
  /** The percentage that was last told of. */
  alerted: Generated<0 | AlertPercent>
  updatedAt: Timestamp
}
export type BudgetRow = Selectable<BudgetsTable>

/** Users with another budget than their tier has. */
export interface UserBudgetsTable {
  userId: string
  /** null: no limit. */
  monthlyPicoUsd: bigint | null
  updatedAt: Timestamp
}
export type UserBudgetRow = Selectable<UserBudgetsTable>

/** The settled ledger by user, day and model. Written by the database's own functions. */
export interface UsageDaysTable {
  userId: string
  /** In UTC. */
  day: string
  model: string
  calls: number
  inputTokens: bigint
  outputTokens: bigint
  costPicoUsd: bigint
}
export type UsageDayRow = Selectable<UsageDaysTable>

export interface InstallationBudgetTable {
  onlyRow: Generated<true>
  /** null: no limit. */
  monthlyPicoUsd: bigint | null
  updatedAt: Timestamp
}

/** Sixteen rows a month, since every turn writes one of them. */
export interface InstallationSpendingTable {
  month: string
  slice: number
  reservedPicoUsd: Generated<bigint>
  spentPicoUsd: Generated<bigint>
}

export interface InstallationAlertsTable {
  month: string
  percent: AlertPercent
  createdAt: Timestamp
}
