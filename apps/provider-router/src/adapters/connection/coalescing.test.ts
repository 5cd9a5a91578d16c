import { expect, test } from 'vitest'
import { delayFor } from './coalescing.ts'

test('nothing waits while there is time, and nothing waits long', () => {
  expect([0, 0.3, 0.6].map(delayFor)).toEqual([0, 0, 0])
  expect([0.775, 0.95, 1].map(delayFor)).toEqual([40, 80, 80])
})
