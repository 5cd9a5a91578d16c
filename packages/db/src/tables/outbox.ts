import type { Generated, Selectable } from 'kysely'
import type { IdTimestamp, Json } from './column.ts'

export interface OutboxTable {
  id: string
  /** A job's name. */
  topic: string
  /** Ids only. */
  payload: Json<Record<string, unknown>>
  traceparent: string | null
  /** Of the tier that the job's user had; 9 goes first. Null: it is nobody's. */
  priority: Generated<number | null>
  attempts: Generated<number>
  createdAt: IdTimestamp
  deliveredAt: Date | null
}
export type OutboxRow = Selectable<OutboxTable>
