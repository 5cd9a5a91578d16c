import { LETTER, NO_LETTER, characterClass } from './character-class.ts'

const UNSPACED_LETTERS_PER_WORD = 2

/** Words of a text; in scripts without spaces one for every two letters. */
export function countWords(text: string): number {
  let words = 0
  let unspaced = 0
  let before = NO_LETTER
  for (let index = 0; index < text.length; index++) {
    const here = characterClass(text.charCodeAt(index))
    if (here === LETTER) {
      if (before !== LETTER) words += 1
    } else if (here !== NO_LETTER) {
      unspaced += 1
    }
    before = here
  }
  return words + Math.ceil(unspaced / UNSPACED_LETTERS_PER_WORD)
}
