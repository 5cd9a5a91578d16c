/** "doesn't" and "doesnt", "what's" and "whats"; not the French "l'eau". */
const CONTRACTION = /'(?=(?:t|s|m|re|ve|ll|d)\b)/g
const ASCII_ONLY = /^[\0-\x7f]*$/
/** Latin and Cyrillic accents, Arabic vowel signs and hamza, the Arabic lengthening stroke. */
const MARKS = /[\u0300-\u036f\u064b-\u065f\u0670\u0640]/g

/**
 * Brings spellings of one word together: lower case, no accents ("tradução", "traducao"), full-width letters as plain
 * ones, one kind of apostrophe, single spaces. Vowel signs of Indic scripts and Japanese voicing stay: they are letters.
 */
export function foldText(text: string): string {
  return withoutMarks(text).toLowerCase().replaceAll(CONTRACTION, '').replaceAll(/\s+/g, ' ')
}

function withoutMarks(text: string): string {
  if (ASCII_ONLY.test(text)) return text
  return text
    .replaceAll(/[‘’ʼ´]/g, "'")
    .normalize('NFKD')
    .replaceAll(MARKS, '')
}
