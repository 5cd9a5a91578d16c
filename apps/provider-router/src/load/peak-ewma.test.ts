import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PeakEwma } from './peak-ewma.ts'

test('a slower answer counts at once', () => {
  const latency = new PeakEwma()
  latency.observe(50, 0)
  latency.observe(2_000, 1)
  expect(latency.at(1)).toBe(2_000)
})

test('a faster one counts by the time that has passed', () => {
  const latency = new PeakEwma()
  latency.observe(1_000, 0)
  latency.observe(100, 10_000)
  expect(latency.at(10_000)).toBeCloseTo(100 + 900 / Math.E)
})

test('while nothing is measured a peak falls to what was usual before it, not to zero', () => {
  const latency = new PeakEwma()
  latency.observe(50, 0)
  latency.observe(2_050, 0)
  expect(latency.at(10_000)).toBeCloseTo(50 + 2_000 / Math.E)
  expect(latency.at(3_600_000)).toBeCloseTo(50)
})

test('what is usual follows a lasting change', () => {
  const latency = new PeakEwma()
  latency.observe(50, 0)
  for (let now = 0; now <= 600_000; now += 1_000) latency.observe(400, now)
  expect(latency.at(3_600_000)).toBeGreaterThan(399)
})

test('raising never lowers', () => {
  const latency = new PeakEwma()
  latency.raise(5_000, 0)
  expect(latency.at(0)).toBe(5_000)
  latency.observe(20_000, 0)
  latency.raise(5_000, 0)
  expect(latency.at(0)).toBe(20_000)
})

test('nothing measured, nothing known', () => {
  expect(new PeakEwma().at(1_000)).toBeUndefined()
})

test('an estimate is never below the least nor above the greatest that was put in', () => {
  const step = fc.record({
    raises: fc.boolean(),
    ms: fc.double({ min: 0, max: 60_000, noNaN: true }),
    afterMs: fc.integer({ min: 0, max: 120_000 }),
    readAfterMs: fc.integer({ min: 0, max: 600_000 }),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (steps) => {
      const latency = new PeakEwma()
      let now = 1_000_000
      let least = Infinity
      let greatest = 0
      for (const { raises, ms, afterMs, readAfterMs } of steps) {
        now += afterMs
        if (raises) latency.raise(ms, now)
        else latency.observe(ms, now)
        least = Math.min(least, ms)
        greatest = Math.max(greatest, ms)
        const estimate = latency.at(now + readAfterMs)!
        expect(estimate).toBeGreaterThanOrEqual(least - 1e-6)
        expect(estimate).toBeLessThanOrEqual(greatest + 1e-6)
      }
    }),
  )
})
