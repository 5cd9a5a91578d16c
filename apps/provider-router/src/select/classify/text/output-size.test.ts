import { expect, test } from 'vitest'
import { foldText } from './fold-text.ts'
import { outputWordsAsked } from './output-size.ts'

test.each([
  ['a 2,000-word essay', 2_000],
  ['ungefähr 1.500 Wörter', 1_500],
  ['写一篇800字的作文', 400],
  ['un texte de 300 mots', 300],
  ['10 pages on Peter the Great', 4_000],
  ['eine 15-seitige Arbeit', 6_000],
  ['a short essay', null],
])('%j asks for %s words', (text, words) => {
  expect(outputWordsAsked(foldText(text))).toBe(words)
})
