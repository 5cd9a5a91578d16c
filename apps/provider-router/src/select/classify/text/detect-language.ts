import { STOP_WORDS } from './stop-words.ts'
import { PhraseFinder } from './phrase-finder.ts'
import { scriptLanguageOf } from './script-language.ts'

const EXAMINED = 200

const STOP_WORD_FINDER = new PhraseFinder<string>()
for (const [language, words] of Object.entries(STOP_WORDS)) {
  for (const word of words.split(/\s+/)) STOP_WORD_FINDER.add(word, language)
}

/**
 * The language a text is mostly in, by its script, or by the little words that every sentence of it holds.
 * @param text its original letters
 * @param folded the same by `foldText`
 * @returns ISO 639-1, or null: too short to tell, or a language not known here
 */
export function detectLanguage(text: string, folded: string): string | null {
  const byScript = scriptLanguageOf(text.slice(0, EXAMINED))
  if (byScript !== 'latin') return byScript
  let best: string | null = null
  let most = 0
  for (const [language, { count }] of STOP_WORD_FINDER.find(folded.slice(0, EXAMINED))) {
    if (count > most) {
      best = language
      most = count
    }
  }
  return best
}
