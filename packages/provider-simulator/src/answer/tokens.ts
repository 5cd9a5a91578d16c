// Word pieces of at most seven letters with the space before them, three digits, two ideographs, punctuation runs:
// about four characters of English a token, as with the real tokenizers, but without their tables.
const tokenPattern =
  / ?[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]{1,2}| ?[\p{L}\p{M}']{1,7}| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]{1,4}|\s{1,4}|[\s\S]/gu

/** Cuts a text into tokens. Lossless: the pieces joined are the text. */
export function tokensOf(text: string): string[] {
  return text.match(tokenPattern) ?? []
}

export function countTokens(text: string): number {
  return text === '' ? 0 : tokensOf(text).length
}
