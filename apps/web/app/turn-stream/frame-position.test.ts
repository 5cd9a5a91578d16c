import { expect, test } from 'vitest'
import { isAfter } from './frame-position.ts'

test.each([
  ['1-2', '1-1', true],
  ['1-10', '1-9', true],
  ['2-1', '1-9', true],
  ['1-1', '1-1', false],
  ['1-9', '1-10', false],
  ['1-9', '2-1', false],
])('%s after %s: %s', (id, cursor, expected) => {
  expect(isAfter(id, cursor)).toBe(expected)
})
