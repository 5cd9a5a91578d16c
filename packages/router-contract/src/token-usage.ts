import { z } from 'zod'

/**
 * Tokens of one provider call, unified. `outputTokens` includes `reasoningTokens`; `inputTokens` includes
 * `cachedInputTokens` and `cacheWriteTokens`, whichever way the provider itself counts them.
 */
export const TokenUsage = z.object({
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  cachedInputTokens: z.int().nonnegative(),
  cacheWriteTokens: z.int().nonnegative(),
  /** Of these, those that Anthropic was asked to keep for an hour, which costs more. */
  hourCacheWriteTokens: z.int().nonnegative().optional(),
  reasoningTokens: z.int().nonnegative(),
  /** True where the provider sent no count and this is our own. */
  estimated: z.boolean(),
})
export type TokenUsage = z.infer<typeof TokenUsage>

/** Money as a decimal string of integer pico-dollars (1 USD = 10^12), since JSON has no bigint. */
export const PicoUsd = z.string().regex(/^\d{1,30}$/)
export type PicoUsd = z.infer<typeof PicoUsd>
