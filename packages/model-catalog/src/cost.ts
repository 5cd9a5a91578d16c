import type { ModelPrices, TokenPrices } from './model-prices.ts'

/**
 * Tokens as the router unifies them: `inputTokens` includes cached and cache-write tokens, `outputTokens` includes
 * reasoning.
 */
export interface BilledTokens {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedInputTokens: number
  readonly cacheWriteTokens: number
  /** Of these, those that are kept for an hour. */
  readonly hourCacheWriteTokens?: number | undefined
}

/**
 * What a call costs, in pico-dollars (10^-12 USD), exactly.
 * @throws {RangeError} on counts that no provider can have meant (negative, not whole)
 */
export function costPicoUsd(prices: ModelPrices, usage: BilledTokens): bigint {
  const price = pricesAt(prices, usage.inputTokens)
  const cached = BigInt(usage.cachedInputTokens)
  const written = BigInt(usage.cacheWriteTokens)
  const forAnHour = BigInt(usage.hourCacheWriteTokens ?? 0)
  const output = BigInt(usage.outputTokens)
  const input = BigInt(usage.inputTokens)
  if (cached < 0n || written < forAnHour || forAnHour < 0n || output < 0n || input < 0n) {
    throw new RangeError('token counts cannot be negative, nor a part more than its whole')
  }
  // A provider that reports more cached than input tokens is believed on the cached ones, and never paid back.
  const fresh = input > cached + written ? input - cached - written : 0n
  return (
    fresh * price.inputPicoUsdPerToken +
    cached * price.cachedInputPicoUsdPerToken +
    (written - forAnHour) * price.cacheWritePicoUsdPerToken +
    forAnHour * price.hourCacheWritePicoUsdPerToken +
    output * price.outputPicoUsdPerToken
  )
}

/** What each token costs of a request whose whole input is so long. */
export function pricesAt(prices: ModelPrices, inputTokens: number): TokenPrices {
  return prices.tiers.findLast((tier) => inputTokens > tier.aboveInputTokens) ?? prices
}
