import { z } from 'zod'
import { PicoUsd, TokenUsage } from './token-usage.ts'

/** A call to one provider is about to be made. `attemptId` is a UUIDv7 made by the router. */
export const AttemptStart = z.object({
  type: z.literal('attempt-start'),
  attemptId: z.uuid(),
  deployment: z.string(),
  provider: z.string(),
  model: z.string(),
  /** What the call costs where nobody hears how it ends. */
  price: z.object({ inputPicoUsdPerToken: PicoUsd, outputPicoUsdPerToken: PicoUsd }).optional(),
})
export type AttemptStart = z.infer<typeof AttemptStart>

export const AttemptOutcome = z.enum(['completed', 'failed', 'aborted'])
export type AttemptOutcome = z.infer<typeof AttemptOutcome>

/** That call has ended, in whatever way. Every `attempt-start` is followed by exactly one. */
export const AttemptEnd = z.object({
  type: z.literal('attempt-end'),
  attemptId: z.uuid(),
  outcome: AttemptOutcome,
  /** The provider's own finish word, where one arrived. */
  rawFinish: z.string().nullable(),
  usage: TokenUsage.nullable(),
  /** By the configured price of unknown models where this one's is not known; null where nothing is billed. */
  costPicoUsd: PicoUsd.nullable(),
  timeToFirstTokenMs: z.number().nullable(),
  durationMs: z.number(),
  error: z.object({ code: z.string(), status: z.int().nullable(), message: z.string() }).nullable(),
})
export type AttemptEnd = z.infer<typeof AttemptEnd>

/** Everything streamed so far is void: another deployment starts the answer again. */
export const AnswerRestart = z.object({ type: z.literal('restart'), reason: z.string() })
export type AnswerRestart = z.infer<typeof AnswerRestart>

/** What a chunk with `choices: []` carries in `brainlyx`, for callers that asked by {@link EVENTS_HEADER}. */
export const BrainlyxEvent = z.discriminatedUnion('type', [AttemptStart, AttemptEnd, AnswerRestart])
export type BrainlyxEvent = z.infer<typeof BrainlyxEvent>
