import { z } from 'zod'
import { Identifier, Timestamp } from './identifier.ts'
import { PicoUsd } from './money.ts'

export const TextMessagePart = z.object({ type: z.literal('text'), text: z.string() })
export const ReasoningMessagePart = z.object({ type: z.literal('reasoning'), text: z.string() })
export const ToolCallMessagePart = z.object({
  type: z.literal('tool-call'),
  id: z.string(),
  name: z.string(),
  /** JSON text as the model wrote it. */
  arguments: z.string(),
})
export const MessagePart = z.discriminatedUnion('type', [
  TextMessagePart,
  ReasoningMessagePart,
  ToolCallMessagePart,
])
export type MessagePart = z.infer<typeof MessagePart>

export const MessageRole = z.enum(['user', 'assistant'])

/** How an answer ended. `stopped`: by its reader. `failed`: what came until then is kept. */
export const AnswerFinish = z.enum([
  'stop',
  'length',
  'tool-calls',
  'content-filter',
  'stopped',
  'failed',
])
export type AnswerFinish = z.infer<typeof AnswerFinish>

/** Of all calls that an answer took. */
export const AnswerCost = z.object({
  picoUsd: PicoUsd,
  inputTokens: z.int(),
  outputTokens: z.int(),
})
export type AnswerCost = z.infer<typeof AnswerCost>

export const Message = z.object({
  id: Identifier,
  chatId: Identifier,
  turnId: Identifier,
  parentId: Identifier.nullable(),
  /** This message and those that could stand in its place, oldest first: edits of a question, answers to it. */
  siblingIds: z.array(Identifier),
  role: MessageRole,
  parts: z.array(MessagePart),
  createdAt: Timestamp,
  /** Answers only. */
  model: z.string().nullable(),
  finish: AnswerFinish.nullable(),
  /** null: not known, and nothing of it for a question. */
  cost: AnswerCost.nullable().optional(),
})
export type Message = z.infer<typeof Message>

export const MessagePage = z.object({
  /** Oldest first. */
  messages: z.array(Message),
  /** `before=` of the page with the messages before these; null at the chat's beginning. */
  nextCursor: z.string().nullable(),
  /** `from=` of the page with the messages after these; null at the end of the branch. */
  newerCursor: z.string().nullable(),
})
export type MessagePage = z.infer<typeof MessagePage>
