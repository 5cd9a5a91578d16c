import type { MessagePart } from '@brainlyx/chat-contract'
import type { BudgetRefusal, PromotedTurn, TurnRow } from '@brainlyx/db'

/** A turn that is this process's to run: just accepted (`startTurn`), next in its chat's line, or taken over. */
export interface TurnToRun {
  readonly turnId: string
  readonly chatId: string
  readonly userId: string
  /** `processes.id` of this process. */
  readonly owner: string
  readonly epoch: number
  /** What was asked for: a model or a virtual model. */
  readonly model: string
  /** `parts` are read where they are absent. */
  readonly userMessage: { readonly id: string; readonly parts?: readonly MessagePart[] }
  /** The chat begins with this turn, so there is no history to read. */
  readonly isFirst: boolean
  /** The budget that refused it when it began, after it had waited: nobody may be called for it. */
  readonly refusedBy?: BudgetRefusal | null
}

/** One that waited for the turn before it. */
export function promotedTurn({ turn, userMessage }: PromotedTurn, owner: string): TurnToRun {
  return { ...ofRow(turn, owner), userMessage }
}

/** One that another process began. */
export function claimedTurn(turn: TurnRow, owner: string): TurnToRun {
  // A running turn has its message: only those that wait have none yet.
  return { ...ofRow(turn, owner), userMessage: { id: turn.userMessageId! } }
}

function ofRow(row: TurnRow, owner: string) {
  const { id: turnId, sessionId: chatId, userId, epoch, model, refusedBy } = row
  return { turnId, chatId, userId, owner, epoch, model, isFirst: false, refusedBy }
}
