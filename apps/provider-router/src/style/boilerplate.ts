import { MAKERS, PRODUCTS, VARIANTS } from './maker-names.ts'

/** The source of a pattern for one of these phrases. */
export function oneOf(phrases: readonly string[]): string {
  return `(?:${phrases.join('|')})`
}

export const MAKER = oneOf(MAKERS)
/** `Gemini`, `GPT-4o`, `Google's Gemini 2.5 Flash-Lite` */
export const PRODUCT = `(?:${MAKER}(?:['’]s)? )?${oneOf(PRODUCTS)}(?:[ -](?:\\d\\w*(?:\\.\\w+)*|${oneOf(VARIANTS)})){0,4}`

const NAMES = [...MAKERS, ...PRODUCTS, ...VARIANTS]

/**
 * Makes a test of whether a text may still grow into boilerplate. It knows the words and not the grammar, which is
 * enough: the first strange word, usually the first of all, ends the suspicion.
 * @param first what the boilerplate begins with
 * @param others phrases of further words; the names' are known
 */
export function createSuspicion(
  first: readonly string[],
  others: readonly string[],
): (text: string) => boolean {
  const known = new Set([...first, ...others, ...NAMES].flatMap((phrase) => wordsOf(phrase)))
  const isKnown = (word: string): boolean =>
    known.has(word.replace(/['’]s$/, '')) || /^\d[\w.]*$/.test(word)
  return (text) => {
    const whole = wordsOf(text)
    const begun = whole.pop()!.replace(/(?:['’]s?|[.!])$/, '')
    if (whole.length === 0) return first.some((word) => word.startsWith(begun))
    if (!first.includes(whole[0]!) || !whole.every(isKnown)) return false
    return isKnown(begun) || [...known].some((word) => word.startsWith(begun))
  }
}

function wordsOf(text: string): string[] {
  return text.split(/[ ,-]+/)
}
