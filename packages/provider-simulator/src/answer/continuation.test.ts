import { expect, it } from 'vitest'
import { restAfter } from './continuation.ts'

it('gives the rest after a beginning, its trimmed whitespace included', () => {
  expect(restAfter('one two\n\nthree', 'one two')).toEqual({ text: '\n\nthree', continued: true })
  expect(restAfter('one two', 'one two')).toEqual({ text: '', continued: true })
})

it('begins again after anything that is not the beginning', () => {
  expect(restAfter('one two', 'two')).toEqual({ text: 'one two', continued: false })
  expect(restAfter('one two', '')).toEqual({ text: 'one two', continued: false })
})
