import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OwnWindow } from './own-window.ts'

test('holds what was used in the last minute, and forgets it within a second after', () => {
  const step = fc.record({ ms: fc.nat({ max: 30_000 }), amount: fc.integer({ min: 1, max: 50 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const window = new OwnWindow()
      const used: { atMs: number; amount: number }[] = []
      let now = 0
      for (const { ms, amount } of steps) {
        now += ms
        window.add(amount, now)
        used.push({ atMs: now, amount })
        const since = (ageMs: number): number =>
          used.reduce((sum, entry) => sum + (entry.atMs > now - ageMs ? entry.amount : 0), 0)
        expect(window.total(now)).toBeGreaterThanOrEqual(since(60_000))
        expect(window.total(now)).toBeLessThanOrEqual(since(61_001))
        const listed = [...window.entries(now)].reduce((sum, entry) => sum + entry.amount, 0)
        expect(listed).toBe(window.total(now))
      }
    }),
  )
})

test('what is taken back is missing where it was added, and nowhere once that is forgotten', () => {
  const window = new OwnWindow()
  window.add(5, 1_000)
  window.add(3, 40_000)
  window.remove(2, 1_000, 40_000)
  expect(window.total(40_000)).toBe(6)
  expect(window.total(62_500)).toBe(3)
  window.remove(3, 1_000, 62_500)
  expect(window.total(62_500)).toBe(3)
  expect(window.total(200_000)).toBe(0)
})

test('tells how long until so much is a minute old', () => {
  const window = new OwnWindow()
  window.add(5, 10_000)
  window.add(5, 20_500)
  expect(window.waitMs(5, 30_000)).toBe(41_000)
  expect(window.total(71_000)).toBe(5)
  expect(window.waitMs(1, 71_000)).toBe(10_000)
  expect(window.waitMs(100, 71_000)).toBe(60_000)
})
