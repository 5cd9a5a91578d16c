import type { TokenUsage } from '@brainlyx/router-contract'
import type { Exchange, Expected } from './exchange.ts'

/**
 * What a provider bills, from its own counts, by its own documents: Anthropic's input has neither cached nor written
 * tokens in it; Gemini's output no thoughts, and its input no tool results; OpenAI's and Groq's have everything.
 */
export function billedUsage(
  provider: Exchange['provider'],
  usage: Expected['usage'],
): TokenUsage | null {
  if (usage === null) return null
  const count = (key: string) => usage[key] ?? 0
  const cached = count('cached')
  const written = count('cache_write')
  const beside = {
    openai: { input: 0, output: 0 },
    groq: { input: 0, output: 0 },
    anthropic: { input: cached + written, output: 0 },
    gemini: { input: count('tool_prompt'), output: count('reasoning') },
  }[provider]
  return {
    inputTokens: count('input') + beside.input,
    outputTokens: count('output') + beside.output,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    reasoningTokens: count('reasoning'),
    estimated: false,
  }
}
