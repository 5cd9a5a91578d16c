import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MissRate } from './miss-rate.ts'

function rateAfter(misses: readonly boolean[], everyMs: number): number {
  const rate = new MissRate()
  misses.forEach((missed, index) => rate.note(missed, index * everyMs))
  return rate.at((misses.length - 1) * everyMs)
}

test('one miss is a little, four in a row are most', () => {
  expect(rateAfter([true], 0)).toBeCloseTo(0.2)
  expect(rateAfter([true, true, true, true], 0)).toBeGreaterThan(0.5)
})

test('the rate comes near the share of misses', () => {
  const every = (other: number): boolean[] => Array.from({ length: 300 }, (_, i) => i % other === 0)
  expect(rateAfter(every(1), 100)).toBeGreaterThan(0.99)
  expect(rateAfter(every(2), 100)).toBeGreaterThan(0.4)
  expect(rateAfter(every(2), 100)).toBeLessThan(0.6)
})

test('misses are forgiven in time, until the next one', () => {
  const rate = new MissRate()
  for (let call = 0; call < 50; call++) rate.note(true, 0)
  expect(rate.at(120_000)).toBeLessThan(0.2)
  rate.note(true, 120_000)
  expect(rate.at(120_000)).toBeGreaterThan(0.99)
})

test('a good call after that is the end of it', () => {
  const rate = new MissRate()
  for (let call = 0; call < 50; call++) rate.note(true, 0)
  rate.note(false, 120_000)
  expect(rate.at(120_000)).toBeLessThan(0.2)
})

test('the rate stays a share', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(300_000))), (calls) => {
      const rate = new MissRate()
      let now = 0
      for (const [missed, afterMs] of calls) {
        now += afterMs
        rate.note(missed, now)
        expect(rate.at(now)).toBeGreaterThanOrEqual(0)
        expect(rate.at(now)).toBeLessThanOrEqual(1)
      }
    }),
  )
})
