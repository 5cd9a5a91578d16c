import { z } from 'zod'
import { Identifier } from './identifier.ts'
import { AnswerFinish, MessagePart } from './message.ts'
import { Problem } from './problem.ts'

// The frames of a turn's event stream. SSE `event:` is `type`, `id:` the turn log's `epoch-seq`, `data:` the
// frame as JSON. Frames only ever gain optional fields.

export const TurnStartFrame = z.object({
  type: z.literal('turn-start'),
  turnId: Identifier,
  chatId: Identifier,
  userMessageId: Identifier,
  model: z.string(),
})
/** Who is answering. Sent again when another deployment takes over. */
export const RouteFrame = z.object({
  type: z.literal('route'),
  deployment: z.string(),
  provider: z.string(),
  model: z.string(),
})
export const TextDeltaFrame = z.object({ type: z.literal('text-delta'), text: z.string() })
export const ReasoningDeltaFrame = z.object({
  type: z.literal('reasoning-delta'),
  text: z.string(),
})
export const ToolCallFrame = z.object({
  type: z.literal('tool-call'),
  id: z.string(),
  name: z.string(),
  arguments: z.string(),
})
export const UsageFrame = z.object({
  type: z.literal('usage'),
  inputTokens: z.int(),
  outputTokens: z.int(),
  reasoningTokens: z.int(),
  estimated: z.boolean(),
  cachedInputTokens: z.int().optional(),
  cacheWriteTokens: z.int().optional(),
  /** The provider call that this was, of `attempts`. */
  attemptId: Identifier.optional(),
  /** How the model ended its answer: nothing of it follows. Absent where it did not. */
  finish: AnswerFinish.optional(),
  /** null where the model has no known price. */
  costPicoUsd: z.string().nullable(),
})
/** Something the reader should know that is not part of the answer. */
export const NoticeFrame = z.object({
  type: z.literal('notice'),
  code: z.string(),
  message: z.string(),
})
/** Replaces everything shown so far of this answer. */
export const AnswerSnapshotFrame = z.object({
  type: z.literal('answer-snapshot'),
  parts: z.array(MessagePart),
})
export const TurnEndFrame = z.object({
  type: z.literal('turn-end'),
  turnId: Identifier,
  /** null where nothing was answered before a stop. */
  messageId: Identifier.nullable(),
  finish: AnswerFinish,
})
/** The turn has failed; what was answered until then is kept. */
export const TurnErrorFrame = z.object({
  type: z.literal('turn-error'),
  turnId: Identifier,
  messageId: Identifier.nullable(),
  problem: Problem,
})

export const TurnFrame = z.discriminatedUnion('type', [
  TurnStartFrame,
  RouteFrame,
  TextDeltaFrame,
  ReasoningDeltaFrame,
  ToolCallFrame,
  UsageFrame,
  NoticeFrame,
  AnswerSnapshotFrame,
  TurnEndFrame,
  TurnErrorFrame,
])
export type TurnFrame = z.infer<typeof TurnFrame>

/** After one of these nothing follows. */
export function isFinalFrame(frame: TurnFrame): boolean {
  return frame.type === 'turn-end' || frame.type === 'turn-error'
}
