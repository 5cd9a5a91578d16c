import { expect, test } from 'vitest'
import { createPrimaryHistory } from './primary-history.ts'

test('a replica is as far behind as the primary has been past what it replayed', () => {
  const history = createPrimaryHistory({ keptMs: 60_000 })
  expect(history.lagMs(100n, 0)).toBeUndefined()
  history.add(100n, 0)
  history.add(200n, 1_000)
  history.add(300n, 2_000)
  expect(history.lagMs(300n, 2_500)).toBe(0)
  expect(history.lagMs(299n, 2_500)).toBe(1_500)
  expect(history.lagMs(150n, 2_500)).toBe(2_500)
  expect(history.lagMs(99n, 2_500)).toBeUndefined()
})

test('a primary to which nobody writes leaves no replica behind', () => {
  const history = createPrimaryHistory({ keptMs: 60_000 })
  for (let atMs = 0; atMs < 600_000; atMs += 1_000) history.add(100n, atMs)
  expect(history.lagMs(100n, 600_000)).toBe(0)
})

test('a log that is shorter than before is another primary’s', () => {
  const history = createPrimaryHistory({ keptMs: 60_000 })
  history.add(500n, 0)
  history.add(300n, 1_000)
  expect(history.lagMs(300n, 2_000)).toBe(0)
  expect(history.latest).toBe(300n)
})

test('what is older than is kept is forgotten, but for where that began', () => {
  const history = createPrimaryHistory({ keptMs: 10_000 })
  for (let second = 0; second <= 60; second++) history.add(BigInt(second), second * 1_000)
  expect(history.lagMs(30n, 60_000)).toBeUndefined()
  expect(history.lagMs(52n, 60_000)).toBe(8_000)
})
