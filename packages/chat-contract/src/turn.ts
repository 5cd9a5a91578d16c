import { z } from 'zod'
import { Identifier, Timestamp } from './identifier.ts'
import { AnswerFinish } from './message.ts'
import { Problem } from './problem.ts'

/** What a user may write in one message, in characters. */
export const MESSAGE_LENGTH_LIMIT = 200_000

export const StartTurnInput = z.object({
  /** The client's own id, so that sending again after a lost answer attaches instead of doubling. */
  turnId: Identifier.optional(),
  text: z
    .string()
    .max(MESSAGE_LENGTH_LIMIT)
    .refine((text) => text.trim().length > 0, 'write a message'),
  /** A model's id or a virtual model such as `auto`. */
  model: z.string().min(1).max(256).default('auto'),
})
export type StartTurnInput = z.infer<typeof StartTurnInput>

export const TurnAccepted = z.object({ turnId: Identifier, chatId: Identifier })
export type TurnAccepted = z.infer<typeof TurnAccepted>

export const TurnState = z.enum(['running', 'completed', 'stopped', 'failed'])
export type TurnState = z.infer<typeof TurnState>

export const Turn = z.object({
  id: Identifier,
  chatId: Identifier,
  state: TurnState,
  model: z.string(),
  userMessageId: Identifier,
  answerMessageId: Identifier.nullable(),
  finish: AnswerFinish.nullable(),
  problem: Problem.nullable(),
  createdAt: Timestamp,
  endedAt: Timestamp.nullable(),
})
export type Turn = z.infer<typeof Turn>
