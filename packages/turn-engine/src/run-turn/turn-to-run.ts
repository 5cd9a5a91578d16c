import type { MessagePart } from '@brainlyx/chat-contract'

/** A turn that was accepted (`startTurn`) and is this process's to run. */
export interface TurnToRun {
  readonly turnId: string
  readonly chatId: string
  readonly userId: string
  /** `processes.id` of this process. */
  readonly owner: string
  readonly epoch: number
  /** What was asked for: a model or a virtual model. */
  readonly model: string
  readonly userMessage: { readonly id: string; readonly parts: readonly MessagePart[] }
  /** The chat begins with this turn, so there is no history to read. */
  readonly isFirst: boolean
}
