import type { Selectable } from 'kysely'
import type { Timestamp } from './column.ts'

/** What the users of a tier may use; null is no limit. */
export interface TiersTable {
  name: string
  /** From the least to the most. */
  position: number
  requestsPerMinute: number
  /** How many requests may come at once. */
  requestBurst: number
  /** Answers that stream at once. */
  concurrentStreams: number
  messagesPerDay: number | null
  tokensPerDay: bigint | null
  /** Null: all. */
  models: string[] | null
  uploadBytes: bigint
  /** Days without activity after which a chat is deleted. */
  chatIdleDays: number | null
  /** 0 to 9; 9 goes first. */
  priority: number
  monthlyBudgetPicoUsd: bigint | null
  updatedAt: Timestamp
}
export type TierRow = Selectable<TiersTable>
