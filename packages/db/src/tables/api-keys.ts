import type { Generated, Selectable } from 'kysely'
import type { IdTimestamp, Timestamp } from './column.ts'

export interface ApiKeysTable {
  id: string
  userId: string
  name: string
  /** What of the key is shown: `bx-` and eight characters. */
  prefix: string
  /** SHA-256 of the whole key. */
  secretHash: Buffer
  /** Null: all. */
  models: string[] | null
  monthlyBudgetPicoUsd: bigint | null
  /** Pseudonyms of the addresses that it was used from, the newest first. */
  addresses: Generated<string[]>
  createdAt: IdTimestamp
  changedAt: Timestamp
  expiresAt: Date | null
  lastUsedAt: Date | null
  revokedAt: Date | null
  /** The key that follows this one. */
  replacedBy: string | null
  /** The first of the keys that followed each other up to this one, whose budget they share; null: this is it. */
  budgetOf: string | null
}
export type ApiKeyRow = Selectable<ApiKeysTable>

/** A call by a key that is under way; the ledger knows it as a turn of this id. */
export interface ApiCallsTable {
  id: string
  userId: string
  apiKeyId: string
  /** `processes.id` of who makes it. */
  owner: string
  /** Both are estimates. */
  inputTokens: number
  outputTokens: Generated<number>
  createdAt: IdTimestamp
  /** Of the budgets, until this row goes. */
  reservedPicoUsd: Generated<bigint>
  /** A day, as `YYYY-MM-DD`. */
  reservedMonth: Generated<string | null>
  reservedSlice: Generated<number | null>
}
export type ApiCallRow = Selectable<ApiCallsTable>
