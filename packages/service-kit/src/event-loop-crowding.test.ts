import { expect, test } from 'vitest'
import { crowdingAt } from './event-loop-crowding.ts'

test('a loop that has time is not crowded, and one without is wholly so', () => {
  expect([0, 0.3, 0.5].map(crowdingAt)).toEqual([0, 0, 0])
  expect(crowdingAt(0.7)).toBeCloseTo(0.5)
  expect([0.9, 1].map(crowdingAt)).toEqual([1, 1])
})
