import { expect, test } from 'vitest'
import { crowdingAt, utilizationBetween, wantedMsOf } from './event-loop-crowding.ts'

test('a loop that has time is not crowded, and one without is wholly so', () => {
  expect([0, 0.3, 0.5].map(crowdingAt)).toEqual([0, 0, 0])
  expect(crowdingAt(0.65)).toBeCloseTo(0.5)
  expect([0.8, 1].map(crowdingAt)).toEqual([1, 1])
})

test('what the thread waits for a core counts like work, where the system tells it', () => {
  const loop = (idle: number, active: number) => ({
    idle,
    active,
    utilization: active / (idle + active),
  })
  const before = { at: 1_000, loop: loop(600, 400), wantedMs: 500 }
  const after = { at: 2_000, loop: loop(1_500, 500) }
  expect(utilizationBetween(before, { ...after, wantedMs: 1_250 })).toBeCloseTo(0.75)
  expect(utilizationBetween(before, { ...after, wantedMs: 550 })).toBeCloseTo(0.1)
  expect(utilizationBetween(before, { ...after, wantedMs: undefined })).toBeCloseTo(0.1)
})

test('the scheduler’s books are its first two figures, in nanoseconds', () => {
  expect(wantedMsOf('121901000 3564916 2\n')).toBeCloseTo(125.47)
  expect(wantedMsOf('')).toBeUndefined()
  expect(wantedMsOf('unknown')).toBeUndefined()
})
