import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BreakerRecord, nextVersion } from './breaker-record.ts'

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('versions only rise, follow the clock where it is ahead, and are exact numbers', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0, max: 4e12, noNaN: true }), chance), { minLength: 1 }),
      (moments) => {
        let version = 0
        for (const [epochMs, random] of moments) {
          const next = nextVersion(version, epochMs, random)
          expect(next).toBeGreaterThan(version)
          expect(next).toBeGreaterThanOrEqual(Math.floor(epochMs) * 1_000)
          expect(next).toSatisfy(Number.isSafeInteger)
          version = next
        }
      },
    ),
  )
})

test('two replicas that move in the same millisecond do not choose the same version', () => {
  expect(nextVersion(0, 5_000, 0.1)).not.toBe(nextVersion(0, 5_000, 0.2))
})

test('a record may not keep anything open for longer than can be configured', () => {
  const record = { id: 'a', version: 1, state: 'open', timesOpened: 1, goodProbes: 0 }
  expect(BreakerRecord.safeParse({ ...record, inMs: 3_960_000 }).success).toBe(true)
  expect(BreakerRecord.safeParse({ ...record, inMs: 1e9 }).success).toBe(false)
  expect(BreakerRecord.safeParse({ ...record, inMs: 1, state: 'resting' }).success).toBe(false)
})
