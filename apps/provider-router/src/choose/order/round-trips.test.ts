import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRoundTrips } from './round-trips.ts'

test('the first measurement is believed, later ones draw it their way', () => {
  const roundTrips = createRoundTrips()
  expect(roundTrips.measuredRoundTripMs('a')).toBeUndefined()
  roundTrips.note('a', 100)
  expect(roundTrips.measuredRoundTripMs('a')).toBe(100)
  roundTrips.note('a', 200)
  expect(roundTrips.measuredRoundTripMs('a')).toBe(120)
  for (let sample = 0; sample < 50; sample++) roundTrips.note('a', 300)
  expect(roundTrips.measuredRoundTripMs('a')).toBeCloseTo(300, 0)
  expect(roundTrips.measuredRoundTripMs('b')).toBeUndefined()
})

test('an average stays within what was measured', () => {
  const ms = fc.double({ min: 0, max: 10_000, noNaN: true })
  fc.assert(
    fc.property(fc.array(ms, { minLength: 1 }), (samples) => {
      const roundTrips = createRoundTrips()
      for (const sample of samples) roundTrips.note('a', sample)
      const average = roundTrips.measuredRoundTripMs('a')
      expect(average).toBeGreaterThanOrEqual(Math.min(...samples) - 1e-6)
      expect(average).toBeLessThanOrEqual(Math.max(...samples) + 1e-6)
    }),
  )
})
