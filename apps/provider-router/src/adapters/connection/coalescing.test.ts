import { expect, test } from 'vitest'
import { delayFor } from './coalescing.ts'

test('nothing waits while there is time, and nothing waits long', () => {
  expect([0, 0.3, 0.5].map(delayFor)).toEqual([0, 0, 0])
  expect([0.7, 0.9, 1].map(delayFor)).toEqual([100, 200, 200])
})
