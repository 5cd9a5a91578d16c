import type { AnswerFinish, MessagePart, Problem, TurnState } from '@brainlyx/chat-contract'
import type { Generated, Selectable } from 'kysely'
import type { BudgetRefusal } from '../budgets/budget-refused-error.ts'
import type { IdTimestamp, NullableJson, Timestamp } from './column.ts'

/** What a waiting turn begins with. */
export interface WaitingMessage {
  /** null: an earlier message, `userMessageId`, is answered anew. */
  readonly parts: MessagePart[] | null
  /** The message it follows, where the user chose one; absent: the chat's last by then. */
  readonly parentId?: string | null
}

export interface TurnsTable {
  id: string
  createdAt: IdTimestamp
  userId: string
  sessionId: string
  state: TurnState
  /** `processes.id` of who produces it. Null: it waits, or any worker may take it. */
  owner: string | null
  /** Fencing token: one more each time the turn changes hands. */
  epoch: number
  requestHash: Buffer
  /** Null while it waits, unless an earlier message is answered anew, and where it was stopped before it began. */
  userMessageId: string | null
  answerMessageId: string | null
  model: string
  finish: AnswerFinish | null
  problem: NullableJson<Problem>
  /** How many owners died while they produced it. */
  crashes: Generated<number>
  /** Of the budgets, until it ends. null: nothing. */
  reservedPicoUsd: Generated<bigint | null>
  /** A day: the first of the month whose budgets these are. */
  reservedMonth: Generated<string | null>
  reservedSlice: Generated<number | null>
  /** The budget that refused it when it was to begin: nobody may be called for it. null: none did. */
  refusedBy: Generated<BudgetRefusal | null>
  /** All its attempts; null while it runs. */
  costPicoUsd: Generated<bigint | null>
  waiting: NullableJson<WaitingMessage>
  /** Decides who of those that wait is next. */
  acceptedAt: Generated<Date>
  stopRequestedAt: Date | null
  endedAt: Date | null
  updatedAt: Timestamp
}
export type TurnRow = Selectable<TurnsTable>
