/** Four characters a token is near enough for English to decide what fits, and errs to the safe side for code. */
const CHARACTERS_PER_TOKEN = 4

export function approximateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN)
}
