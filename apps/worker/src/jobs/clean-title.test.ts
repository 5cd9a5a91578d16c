import { expect, test } from 'vitest'
import { cleanTitle, titleFromWords } from './clean-title.ts'

test.each([
  ['A trip to Lisbon', 'A trip to Lisbon'],
  ['"A trip to Lisbon."', 'A trip to Lisbon'],
  ['**Title:** A trip to Lisbon', 'A trip to Lisbon'],
  ['# A trip to Lisbon\n\nHere is why: …', 'A trip to Lisbon'],
  ['„Eine Reise nach Lissabon“', 'Eine Reise nach Lissabon'],
  ['What about C++?', 'What about C++?'],
  ['And then…', 'And then…'],
  ['  \n ', ''],
  ['""', ''],
])('the answer %j is the title %j', (answer, title) => {
  expect(cleanTitle(answer)).toBe(title)
})

test('a title has at most sixty characters, ends at a word and splits no character', () => {
  const long = cleanTitle(
    'Everything that one has to know about the history of Portuguese seafaring',
  )
  expect(long).toBe('Everything that one has to know about the history of…')
  const families = cleanTitle('👩‍👩‍👧‍👦'.repeat(20))
  expect(families.length).toBeLessThanOrEqual(60)
  expect(families).toMatch(/^(👩‍👩‍👧‍👦)+…$/u)
})

test('a title shows nothing invisible and turns no direction of writing', () => {
  expect(cleanTitle('evil\u202e txt\u0007.exe')).toBe('evil txt .exe')
  expect(titleFromWords('a\u0000b\ud800')).toBe('a b\ufffd')
})

test('a message names its chat by its first eight words', () => {
  expect(titleFromWords('  How do\n\nI bake bread? ')).toBe('How do I bake bread?')
  expect(titleFromWords('one two three four five six seven eight nine')).toBe(
    'one two three four five six seven eight…',
  )
  expect(titleFromWords('あ'.repeat(100))).toBe(`${'あ'.repeat(59)}…`)
})
