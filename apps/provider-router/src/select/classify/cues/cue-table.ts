/** The languages that the cues are written in. */
export const CUE_LANGUAGES = [
  'en',
  'de',
  'fr',
  'es',
  'pt',
  'it',
  'ru',
  'zh',
  'ja',
  'ar',
  'hi',
] as const
type CueLanguage = (typeof CUE_LANGUAGES)[number]

/**
 * What hints at a wish, in the words of each language: phrases between commas, of which `translat*` also stands for
 * what goes on after it. Accents and capitals do not matter. `any`: said alike everywhere.
 */
export type CueTable = Readonly<
  Record<string, Readonly<Partial<Record<CueLanguage | 'any', string>>>>
>
