/** What one token usually costs. */
export interface TokenPrice {
  readonly inputPicoUsdPerToken: string
  readonly outputPicoUsdPerToken: string
}

/** From here on somebody would rather know before. */
const WORTH_TELLING_PICO_USD = 10_000_000_000
/** As of English. */
const CHARACTERS_PER_TOKEN = 4
/** Of a usual answer of some length. */
const ANSWER_TOKENS = 800

/**
 * Roughly what a message costs with its answer, in pico-dollars.
 * @param promptTokens what is read again of the chat before it
 * @returns null where that is little
 */
export function estimateCost(
  price: TokenPrice,
  promptTokens: number,
  textLength: number,
): number | null {
  const read = promptTokens + textLength / CHARACTERS_PER_TOKEN
  const cost =
    read * Number(price.inputPicoUsdPerToken) + ANSWER_TOKENS * Number(price.outputPicoUsdPerToken)
  return cost < WORTH_TELLING_PICO_USD ? null : cost
}
