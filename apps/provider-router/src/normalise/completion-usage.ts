import type { CompletionUsage } from '@brainlyx/router-contract'
import type { StreamPart } from '../adapters/stream-part.ts'

export type UsagePart = Extract<StreamPart, { type: 'usage' }>

/** Unified counts → OpenAI's: there, too, output includes reasoning and input includes cached. */
export function toCompletionUsage({ usage, details }: UsagePart): CompletionUsage {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: {
      ...details?.prompt,
      cached_tokens: usage.cachedInputTokens,
      // Beside OpenAI's keys, since Anthropic bills writing to its cache apart.
      ...(usage.cacheWriteTokens > 0 ? { cache_write_tokens: usage.cacheWriteTokens } : {}),
    },
    completion_tokens_details: { ...details?.completion, reasoning_tokens: usage.reasoningTokens },
  }
}
