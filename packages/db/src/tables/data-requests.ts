import type { DataRequestKind, DataRequestState } from '@brainlyx/chat-contract'
import type { Generated, Selectable } from 'kysely'
import type { IdTimestamp, Timestamp } from './column.ts'

export interface DataRequestsTable {
  id: string
  /** Null: of an account that is no more. */
  userId: string | null
  kind: DataRequestKind
  state: DataRequestState
  /** Chats dealt with so far. */
  done: Generated<number>
  /** Chats to deal with; null until they have been counted. */
  total: number | null
  /** Where storage keeps the result, once there is one; of an import what was sent, until it has ended. */
  file: string | null
  sizeBytes: bigint | null
  /** What went wrong, as a kebab-case code. */
  problem: string | null
  /** Where in an imported file: the file in it, the line, the field. */
  detail: string | null
  createdAt: IdTimestamp
  updatedAt: Timestamp
  endedAt: Date | null
  /** From then on it may be forgotten, with its file. */
  expiresAt: Date | null
}
export type DataRequestRow = Selectable<DataRequestsTable>
