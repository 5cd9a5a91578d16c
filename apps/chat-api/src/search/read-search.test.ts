import { expect, test } from 'vitest'
import { readSearch } from './read-search.ts'

const word = (text: string, more: object = {}) => ({
  text,
  exact: false,
  prefix: false,
  excluded: false,
  ...more,
})

test('words, phrases, beginnings and what is to be left out', () => {
  expect(readSearch('green “hot tea” -milk -"with sugar" deploy* - * don’t').terms).toEqual([
    word('green'),
    word('hot tea', { exact: true }),
    word('milk', { excluded: true }),
    word('with sugar', { exact: true, excluded: true }),
    word('deploy', { prefix: true }),
    word('don’t'),
  ])
  expect(readSearch('"left open').terms).toEqual([word('left open', { exact: true })])
})

test('filters, in any order and case', () => {
  expect(
    readSearch('Title:"my trip" -title:old MODEL:gpt before:2026-11 x after:2025 has:FILE'),
  ).toEqual({
    terms: [word('x')],
    titleTerms: [word('my trip', { exact: true }), word('old', { excluded: true })],
    model: 'gpt',
    until: new Date('2026-11-01T00:00:00Z'),
    since: new Date('2025-01-01T00:00:00Z'),
    withFile: true,
  })
})

test('what merely has a colon is a word', () => {
  expect(
    readSearch('std::vector https://x.test/a:b subtitle:x').terms.map(({ text }) => text),
  ).toEqual(['std::vector', 'https://x.test/a:b', 'subtitle:x'])
})

test.each([
  ['before:yesterday', 'before: takes a year, a month or a day, such as before:2026-11-30.'],
  ['after:2026-02-30', 'after: takes a year, a month or a day, such as after:2026-11-30.'],
  ['after:2026-13', 'after: takes a year, a month or a day, such as after:2026-11-30.'],
  ['has:image', 'has: knows only has:file.'],
  ['-has:file', '-has: is not known; only words, phrases and title: can be left out.'],
  ['model:""', 'model: takes a part of a model’s name, such as model:gpt.'],
  ['tea before: 2026', 'before: needs its value right behind it, such as title:travel.'],
  ['"" - *', 'There is no word to search for.'],
  ['x '.repeat(21), 'Search for 20 words at most.'],
])('%s cannot be searched for, and it says why', (text, detail) => {
  expect(() => readSearch(text)).toThrow(
    expect.objectContaining({ code: 'invalid-search', status: 400, detail }),
  )
})
