import { expect, test } from 'vitest'
import { agoInWords } from './ago-in-words.ts'

const MINUTE_MS = 60_000
test.each([
  [-5_000, 'just now'],
  [14 * MINUTE_MS, 'just now'],
  [29 * MINUTE_MS, '15 minutes ago'],
  [59 * MINUTE_MS, '45 minutes ago'],
  [60 * MINUTE_MS, 'one hour ago'],
  [23.9 * 60 * MINUTE_MS, '23 hours ago'],
  [24 * 60 * MINUTE_MS, 'one day ago'],
  [29 * 24 * 60 * MINUTE_MS, '29 days ago'],
])('%i ms are %s', (elapsedMs, words) => {
  expect(agoInWords(elapsedMs)).toBe(words)
})
