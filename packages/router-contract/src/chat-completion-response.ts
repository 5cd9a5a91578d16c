import { z } from 'zod'
import { BrainlyxEvent } from './brainlyx-event.ts'
import { OpenAiErrorBody } from './openai-error.ts'

export const FinishReason = z.enum(['stop', 'length', 'tool_calls', 'content_filter'])
export type FinishReason = z.infer<typeof FinishReason>

/** OpenAI's usage object; `completion_tokens` includes reasoning, `prompt_tokens` includes cached. */
export const CompletionUsage = z.looseObject({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  prompt_tokens_details: z.looseObject({ cached_tokens: z.int().optional() }).optional(),
  completion_tokens_details: z.looseObject({ reasoning_tokens: z.int().optional() }).optional(),
})
export type CompletionUsage = z.infer<typeof CompletionUsage>

const Likelihood = z.object({
  token: z.string(),
  logprob: z.number(),
  /** Its UTF-8: a token may be part of a character. */
  bytes: z.array(z.int()).nullable(),
})
/** How likely a token was, with the likeliest others at its place. */
export const TokenLogprob = Likelihood.extend({ top_logprobs: z.array(Likelihood) })
export type TokenLogprob = z.infer<typeof TokenLogprob>

export const ChoiceLogprobs = z.object({
  content: z.array(TokenLogprob).nullable(),
  refusal: z.array(TokenLogprob).nullable(),
})
export type ChoiceLogprobs = z.infer<typeof ChoiceLogprobs>

/** Where the answer comes from, in the provider's own shape. */
const Annotations = z.array(z.record(z.string(), z.unknown()))

const CompleteToolCall = z.looseObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
})

export const ChatCompletion = z.looseObject({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.int(),
  model: z.string(),
  choices: z.array(
    z.looseObject({
      index: z.int(),
      message: z.looseObject({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        /** Readable reasoning, where the model shows it. */
        reasoning_content: z.string().optional(),
        refusal: z.string().nullish(),
        annotations: Annotations.optional(),
        tool_calls: z.array(CompleteToolCall).optional(),
      }),
      finish_reason: FinishReason,
      logprobs: ChoiceLogprobs.nullish(),
    }),
  ),
  service_tier: z.string().optional(),
  system_fingerprint: z.string().optional(),
  usage: CompletionUsage.optional(),
})
export type ChatCompletion = z.infer<typeof ChatCompletion>

export const ToolCallDelta = z.looseObject({
  index: z.int(),
  id: z.string().optional(),
  type: z.literal('function').optional(),
  function: z
    .looseObject({ name: z.string().optional(), arguments: z.string().optional() })
    .optional(),
})
export type ToolCallDelta = z.infer<typeof ToolCallDelta>

export const ChatCompletionChunk = z.looseObject({
  id: z.string(),
  object: z.literal('chat.completion.chunk'),
  created: z.int(),
  model: z.string(),
  choices: z.array(
    z.looseObject({
      index: z.int(),
      delta: z.looseObject({
        role: z.literal('assistant').optional(),
        content: z.string().nullish(),
        reasoning_content: z.string().nullish(),
        refusal: z.string().nullish(),
        annotations: Annotations.optional(),
        tool_calls: z.array(ToolCallDelta).optional(),
      }),
      finish_reason: FinishReason.nullable(),
      logprobs: ChoiceLogprobs.nullish(),
    }),
  ),
  service_tier: z.string().optional(),
  system_fingerprint: z.string().optional(),
  usage: CompletionUsage.nullish(),
  brainlyx: BrainlyxEvent.optional(),
})
export type ChatCompletionChunk = z.infer<typeof ChatCompletionChunk>

/**
 * One `data:` line of the stream: a chunk, or an error after which the stream ends without `[DONE]`. A stream
 * that ends without either was cut.
 */
export const StreamItem = z.union([OpenAiErrorBody, ChatCompletionChunk])
export type StreamItem = z.infer<typeof StreamItem>
