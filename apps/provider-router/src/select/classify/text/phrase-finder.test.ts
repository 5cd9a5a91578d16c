import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PhraseFinder } from './phrase-finder.ts'

function finderOf(phrases: Record<string, readonly string[]>): PhraseFinder<string> {
  const finder = new PhraseFinder<string>()
  for (const [cue, ofCue] of Object.entries(phrases)) {
    for (const phrase of ofCue) finder.add(phrase, cue)
  }
  return finder
}

const foundBy = (finder: PhraseFinder<string>, text: string): string[] =>
  [...finder.find(text).keys()].sort()

test('finds words and phrases, each as a whole', () => {
  const finder = finderOf({ greeting: ['hi'], proof: ['show that'] })
  expect(foundBy(finder, 'hi, show that it is so')).toEqual(['greeting', 'proof'])
  expect(foundBy(finder, 'this shows that chip')).toEqual([])
})

test('finds what begins like a phrase with a star', () => {
  const finder = finderOf({ translate: ['übersetz*'] })
  expect(foundBy(finder, 'ubersetzung, bitte')).toEqual(['translate'])
  expect(foundBy(finder, 'hinubersetzen')).toEqual([])
})

test('finds words anywhere in scripts without spaces, and Latin ones between them', () => {
  const finder = finderOf({ write: ['写'], python: ['python'] })
  expect(foundBy(finder, '请用python写一个')).toEqual(['python', 'write'])
})

test('says where a cue is first and last, and how often', () => {
  const finder = finderOf({ must: ['must', 'must not'] })
  expect(finder.find('we must go, you must not').get('must')).toEqual({
    first: 3,
    last: 16,
    count: 2,
  })
})

test('finds what a search for each phrase by itself finds', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-'), maxLength: 30 })
  const phrase = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(
      fc.uniqueArray(phrase, { minLength: 1, maxLength: 6 }),
      letters,
      (phrases, text) => {
        const finder = new PhraseFinder<string>()
        for (const one of phrases) finder.add(one, one)
        const words = text.split(/[ -]/)
        expect(foundBy(finder, text)).toEqual(phrases.filter((one) => words.includes(one)).sort())
      },
    ),
  )
})
