import type { TokenUsage } from '@brainlyx/router-contract'
import type { RawUsage, StreamPart } from '../stream-part.ts'

/**
 * What a provider's counts include. OpenAI, Groq: output has reasoning in it, input has cached in it.
 * Anthropic: input has neither cached nor written tokens in it. Gemini: output has no thoughts in it, and a tool's
 * prompt is beside the input.
 */
export interface CountingRules {
  readonly inputIncludesCached: boolean
  readonly outputIncludesReasoning: boolean
}

/** A `usage` part of what arrived; undefined where no count did. */
export function usagePart(
  raw: RawUsage,
  rules: CountingRules,
): Extract<StreamPart, { type: 'usage' }> | undefined {
  if (Object.keys(raw).length === 0) return undefined
  return { type: 'usage', usage: unifyUsage(raw, rules), raw }
}

export function unifyUsage(raw: RawUsage, rules: CountingRules): TokenUsage {
  const cached = raw.cached ?? 0
  const cacheWrite = raw.cache_write ?? 0
  const reasoning = raw.reasoning ?? 0
  const beside = rules.inputIncludesCached ? 0 : cached + cacheWrite
  return {
    inputTokens: (raw.input ?? 0) + (raw.tool_prompt ?? 0) + beside,
    outputTokens: (raw.output ?? 0) + (rules.outputIncludesReasoning ? 0 : reasoning),
    cachedInputTokens: cached,
    cacheWriteTokens: cacheWrite,
    reasoningTokens: reasoning,
    estimated: false,
  }
}
