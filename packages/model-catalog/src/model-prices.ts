/** What one token costs. One US dollar a million tokens is 1,000,000 pico-dollars a token. */
export interface TokenPrices {
  /** Read for the first time and not written to the provider's cache. */
  readonly inputPicoUsdPerToken: bigint
  /** Reasoning included. */
  readonly outputPicoUsdPerToken: bigint
  readonly cachedInputPicoUsdPerToken: bigint
  readonly cacheWritePicoUsdPerToken: bigint
  /** Written to be kept for an hour, as Anthropic is asked to by `ttl`. */
  readonly hourCacheWritePicoUsdPerToken: bigint
}

/** Prices of requests whose whole input is longer than `aboveInputTokens`; they then hold for every token of it. */
export interface PriceTier extends TokenPrices {
  readonly aboveInputTokens: number
}

export interface ModelPrices extends TokenPrices {
  /** Ascending; none where length does not change the price. */
  readonly tiers: readonly PriceTier[]
}

/** US dollars a million tokens, as price lists print them. */
export interface UsdPerMillion {
  readonly input: number
  readonly output: number
  /** Where absent, cached input costs what input costs. */
  readonly cachedInput?: number | undefined
  /** Where absent, writing to the cache costs what input costs. */
  readonly cacheWrite?: number | undefined
}

/**
 * Prices as printed → prices as counted.
 * @throws {RangeError} on a price that is negative, not finite, or finer than a pico-dollar a token
 */
export function pricesFromUsdPerMillion(
  base: UsdPerMillion,
  tiers: readonly (UsdPerMillion & { readonly aboveInputTokens: number })[] = [],
): ModelPrices {
  return {
    ...tokenPrices(base),
    tiers: [...tiers]
      .sort((a, b) => a.aboveInputTokens - b.aboveInputTokens)
      .map((tier) => ({ aboveInputTokens: tier.aboveInputTokens, ...tokenPrices(tier) })),
  }
}

function tokenPrices(price: UsdPerMillion): TokenPrices {
  return {
    inputPicoUsdPerToken: picoUsdPerToken(price.input),
    outputPicoUsdPerToken: picoUsdPerToken(price.output),
    cachedInputPicoUsdPerToken: picoUsdPerToken(price.cachedInput ?? price.input),
    cacheWritePicoUsdPerToken: picoUsdPerToken(price.cacheWrite ?? price.input),
    hourCacheWritePicoUsdPerToken: picoUsdPerToken(hourCacheWrite(price)),
  }
}

/** Twice what input costs, for every model of Anthropic's; nobody else keeps anything by the hour. */
function hourCacheWrite({ input, cacheWrite }: UsdPerMillion): number {
  return cacheWrite === undefined ? input : Math.max(2 * input, cacheWrite)
}

function picoUsdPerToken(usdPerMillion: number): bigint {
  const exact = usdPerMillion * 1_000_000
  const rounded = Math.round(exact)
  // 0.0375 × 10^6 is not exactly 37500 in binary; a real finer price is off by far more than that.
  if (!Number.isFinite(exact) || exact < 0 || Math.abs(exact - rounded) > 1e-3) {
    throw new RangeError(`not a price in US dollars a million tokens: ${usdPerMillion}`)
  }
  return BigInt(rounded)
}
