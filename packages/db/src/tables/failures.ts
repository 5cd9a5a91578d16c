import type { Selectable } from 'kysely'
import type { IdTimestamp, Json } from './column.ts'

/** One of the router's decisions on the way to a failure. */
export interface FailedDecision {
  readonly id: string
  /** The router's report, as it was when the turn failed; null where the router could not be asked. */
  readonly report: unknown
}

export interface FailuresTable {
  id: string
  createdAt: IdTimestamp
  traceId: string
  service: string
  /** The problem's. */
  code: string
  status: number
  /** Method and pattern of the route; `turn`: an answer that failed. */
  route: string
  /** The user's pseudonym. */
  actor: string | null
  turnId: string | null
  decisions: Json<FailedDecision[]>
}
export type FailureRow = Selectable<FailuresTable>
