import { z } from 'zod'
import { CacheControl } from './anthropic-options.ts'

export const TextBlock = z.looseObject({
  type: z.literal('text'),
  text: z.string(),
  cache_control: CacheControl,
})
export const ToolUseBlock = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
  cache_control: CacheControl,
})
/** Signed by Anthropic; with an empty signature another provider's. */
export const ThinkingBlock = z.looseObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string(),
})
export const RedactedThinkingBlock = z.looseObject({
  type: z.literal('redacted_thinking'),
  data: z.string(),
})

/** What OpenAI's model thought, sealed by OpenAI. */
export const SealedReasoningBlock = z.looseObject({
  type: z.literal('sealed_reasoning'),
  id: z.string(),
  data: z.string(),
})

/** What an answer is made of, by Anthropic's own API, or by OpenAI's. */
export const AnswerBlock = z.discriminatedUnion('type', [
  TextBlock,
  ToolUseBlock,
  ThinkingBlock,
  RedactedThinkingBlock,
  SealedReasoningBlock,
])
export type AnswerBlock = z.infer<typeof AnswerBlock>
