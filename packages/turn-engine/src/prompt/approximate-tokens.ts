/** Four characters a token is near enough for English to decide what fits, and errs to the safe side for code. */
const CHARACTERS_PER_TOKEN = 4

export function approximateTokens(text: string): number {
  return tokensOfLength(text.length)
}

/** The same of a text of so many characters. */
export function tokensOfLength(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN)
}
