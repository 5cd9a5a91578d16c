import type { AnswerFinish, Problem, TurnState } from '@brainlyx/chat-contract'
import type { Selectable } from 'kysely'
import type { IdTimestamp, NullableJson, Timestamp } from './column.ts'

export interface TurnsTable {
  id: string
  createdAt: IdTimestamp
  userId: string
  sessionId: string
  state: TurnState
  /** `processes.id` of who produces it. */
  owner: string
  /** Fencing token: one more each time the turn changes hands. */
  epoch: number
  requestHash: Buffer
  userMessageId: string
  answerMessageId: string | null
  model: string
  finish: AnswerFinish | null
  problem: NullableJson<Problem>
  stopRequestedAt: Date | null
  endedAt: Date | null
  updatedAt: Timestamp
}
export type TurnRow = Selectable<TurnsTable>
