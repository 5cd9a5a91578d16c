/** Ranges of UTF-16 units, and the language that most of what is written in them is in. */
const SCRIPTS: readonly (readonly [first: number, last: number, language: string])[] = [
  [0x0370, 0x03ff, 'el'],
  [0x0400, 0x04ff, 'ru'],
  [0x0530, 0x058f, 'hy'],
  [0x0590, 0x05ff, 'he'],
  [0x0600, 0x06ff, 'ar'],
  [0x0900, 0x097f, 'hi'],
  [0x0980, 0x09ff, 'bn'],
  [0x0a80, 0x0aff, 'gu'],
  [0x0b80, 0x0bff, 'ta'],
  [0x0c00, 0x0c7f, 'te'],
  [0x0e00, 0x0e7f, 'th'],
  [0x10a0, 0x10ff, 'ka'],
  [0x1100, 0x11ff, 'ko'],
  [0x3040, 0x30ff, 'ja'],
  [0x3400, 0x9fff, 'zh'],
  [0xac00, 0xd7af, 'ko'],
]

/** Below this share of the letters a script is a quotation: "how do I say 你好?" */
const LEAST_SHARE = 0.25

const BEYOND_LATIN = /[^\0-\u02ff]/
const LATIN_LETTER = /[a-z\u00c0-\u024f]/i

/** A language told by its script, `latin` where that is what most of the text is in, null where there are no letters. */
export function scriptLanguageOf(text: string): string | null {
  if (!BEYOND_LATIN.test(text)) return LATIN_LETTER.test(text) ? 'latin' : null
  let latin = 0
  const counts = new Map<string, number>()
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x250) {
      const lower = code | 0x20
      if ((lower >= 0x61 && lower <= 0x7a) || code >= 0xc0) latin += 1
    } else {
      const language = SCRIPTS.find(([first, last]) => code >= first && code <= last)?.[2]
      if (language !== undefined) counts.set(language, (counts.get(language) ?? 0) + 1)
    }
  }
  // Japanese is written with Chinese characters between its own.
  const kana = counts.get('ja')
  if (kana !== undefined && kana * 8 >= (counts.get('zh') ?? 0)) {
    counts.set('ja', kana + (counts.get('zh') ?? 0))
    counts.delete('zh')
  }
  let best: string | null = null
  let most = 0
  for (const [language, count] of counts) {
    if (count > most) {
      best = language
      most = count
    }
  }
  // A word of these scripts takes fewer letters than one of ours.
  if (best !== null && most >= LEAST_SHARE * (latin + most)) return neighbourOf(best, text)
  return latin > 0 ? 'latin' : null
}

/** Languages that share a script, told by letters of their own. */
function neighbourOf(language: string, text: string): string {
  if (language === 'ru' && /[іїєґ]/i.test(text)) return 'uk'
  if (language === 'ar' && /[پچگژ]/.test(text)) return 'fa'
  if (language === 'ar' && /[ٹڈڑے]/.test(text)) return 'ur'
  return language
}
