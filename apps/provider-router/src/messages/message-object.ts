import type { FinishReason } from '@brainlyx/router-contract'
import type Anthropic from '@anthropic-ai/sdk'
import type { UsagePart } from '../normalise/completion-usage.ts'

/** Anthropic's counts: there what was cached is no part of the input. */
export function messageUsage({ usage }: Pick<UsagePart, 'usage'>): MessageUsage {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, hourCacheWriteTokens = 0 } = usage
  return {
    input_tokens: Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens),
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedInputTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWriteTokens - hourCacheWriteTokens,
      ephemeral_1h_input_tokens: hourCacheWriteTokens,
    },
    output_tokens: usage.outputTokens,
  }
}

export type MessageUsage = Pick<
  Anthropic.Usage,
  | 'input_tokens'
  | 'output_tokens'
  | 'cache_creation_input_tokens'
  | 'cache_read_input_tokens'
  | 'cache_creation'
>

/** @param raw the provider's own word, which is told where it is one of Anthropic's */
export function stopReason(reason: FinishReason, raw: string): Anthropic.StopReason {
  return OWN.find((own) => own === raw) ?? STOP_REASONS[reason]
}

const OWN: readonly Anthropic.StopReason[] = [
  'stop_sequence',
  'pause_turn',
  'model_context_window_exceeded',
]

const STOP_REASONS: Readonly<Record<FinishReason, Anthropic.StopReason>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
}
