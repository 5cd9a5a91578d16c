import { expect, test } from 'vitest'
import { fileSize, timeUntil } from './words.ts'

test.each([
  [500, 'in 1 second'],
  [90_000, 'in 90 seconds'],
  [4 * 60_000, 'in 4 minutes'],
  [5 * 3_600_000, 'in 5 hours'],
  [-3_000, 'in 1 second'],
])('%i ms from now is %s', (ms, words) => {
  const now = Date.parse('2026-11-26T12:00:00Z')
  expect(timeUntil(new Date(now + ms).toISOString(), now)).toBe(words)
})

test('sizes are what people say', () => {
  expect(fileSize(10 * 1024 * 1024)).toBe('10 MB')
  expect(fileSize(2_048)).toBe('2 kB')
})
