import type { Generated, Selectable } from 'kysely'
import type { IdTimestamp, Json } from './column.ts'

export interface OutboxTable {
  id: string
  /** A job's name. */
  topic: string
  /** Ids only. */
  payload: Json<Record<string, unknown>>
  traceparent: string | null
  attempts: Generated<number>
  createdAt: IdTimestamp
  deliveredAt: Date | null
}
export type OutboxRow = Selectable<OutboxTable>
