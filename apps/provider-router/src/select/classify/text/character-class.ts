/** Kinds of characters, as far as finding words needs them. */
export const NO_LETTER = 0
export const LETTER = 1
/** Of a script that writes no spaces: a word may begin and end anywhere. */
export const UNSPACED_LETTER = 2

/** Signs among the letters of Latin, Arabic and Devanagari. */
const SPACED_PUNCTUATION = '×÷،؛؟।॥'

const CLASSES = Uint8Array.from({ length: 0x10000 }, (_class, code) => classOf(code))

/** @param code a UTF-16 unit, or NaN beyond the end of a text */
export function characterClass(code: number): number {
  return CLASSES[code] ?? NO_LETTER
}

function classOf(code: number): number {
  if (code === 0x5f || (code < 0x80 && /[a-z\d]/i.test(String.fromCharCode(code)))) return LETTER
  if (code >= 0xc0 && code < 0x2000) {
    if (code >= 0x0e00 && code < 0x0ec0) return UNSPACED_LETTER
    return SPACED_PUNCTUATION.includes(String.fromCharCode(code)) ? NO_LETTER : LETTER
  }
  if ((code >= 0x3041 && code < 0xa000) || (code >= 0xf900 && code < 0xfb00)) {
    return UNSPACED_LETTER
  }
  return code >= 0xac00 && code < 0xd7b0 ? LETTER : NO_LETTER
}
