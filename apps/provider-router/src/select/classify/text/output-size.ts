const WORDS =
  /(\d[\d.,]{0,6}) ?-?(?:words?|worter|wortern|mots|palabras|palavras|parole|слов|字|文字|كلمة|शब्द)/
const PAGES = /(\d{1,3}) ?-?(?:pages?|seiten|seitig|paginas?|pagine|страниц|页|ページ|صفحات|पेज|पृष्ठ)/
const WORDS_PER_PAGE = 400
/** Of Chinese and Japanese. */
const CHARACTERS_PER_WORD = 2

/**
 * How many words of an answer a text asks for, by its own figures ("a 2,000-word essay", "3 Seiten"); null where it
 * names none.
 * @param folded by `foldText`
 */
export function outputWordsAsked(folded: string): number | null {
  const words = WORDS.exec(folded)
  if (words !== null) {
    const amount = Number(words[1]!.replaceAll(/[.,]/g, ''))
    return words[0].endsWith('字') ? amount / CHARACTERS_PER_WORD : amount
  }
  const pages = PAGES.exec(folded)
  return pages === null ? null : Number(pages[1]) * WORDS_PER_PAGE
}
