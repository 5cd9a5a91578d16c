import { z } from 'zod'
import { Identifier, Timestamp } from './identifier.ts'
import { AnswerFinish } from './message.ts'
import { Problem } from './problem.ts'

/** What a user may write in one message, in characters. */
export const MESSAGE_LENGTH_LIMIT = 200_000

const MessageText = z
  .string()
  .max(MESSAGE_LENGTH_LIMIT)
  .refine((text) => text.trim().length > 0, 'write a message')

/** Either `text`, a new message of the user's, or `answerTo`, one that is there already and is answered anew. */
export const StartTurnInput = z
  .object({
    /** The client's own id, so that sending again after a lost answer attaches instead of doubling. */
    turnId: Identifier.optional(),
    text: MessageText.optional(),
    /**
     * The message that the new one follows. Absent: the last of the branch that is shown, or what the turn before it in
     * line ends with. Editing a message is sending another after the same parent; null: the chat begins anew with it.
     */
    parentId: Identifier.nullable().optional(),
    answerTo: Identifier.optional(),
    /** A model's id or a virtual model such as `auto`. */
    model: z.string().min(1).max(256).default('auto'),
  })
  .refine((input) => (input.text === undefined) !== (input.answerTo === undefined), {
    path: ['text'],
    message: 'write a message, or name one to answer anew',
  })
  .refine((input) => input.answerTo === undefined || input.parentId === undefined, {
    path: ['parentId'],
    message: 'a message that is answered anew stays where it is',
  })
export type StartTurnInput = z.infer<typeof StartTurnInput>

export const TurnAccepted = z.object({ turnId: Identifier, chatId: Identifier })
export type TurnAccepted = z.infer<typeof TurnAccepted>

/** `waiting`: its chat is busy with an earlier turn, after whose end it begins. */
export const TurnState = z.enum(['waiting', 'running', 'completed', 'stopped', 'failed'])
export type TurnState = z.infer<typeof TurnState>

export const Turn = z.object({
  id: Identifier,
  chatId: Identifier,
  state: TurnState,
  model: z.string(),
  /** null while the turn waits, and where it was stopped before it began: its message then never joined the chat. */
  userMessageId: Identifier.nullable(),
  answerMessageId: Identifier.nullable(),
  finish: AnswerFinish.nullable(),
  problem: Problem.nullable(),
  createdAt: Timestamp,
  endedAt: Timestamp.nullable(),
})
export type Turn = z.infer<typeof Turn>
