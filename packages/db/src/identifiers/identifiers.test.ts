import { expect, test } from 'vitest'
import { newId } from './new-id.ts'
import { isFreshTurnId, timestampOf } from './timestamp-of.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const UUID_V7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

test('ids made in one go are all different and in order', () => {
  const ids = Array.from({ length: 50_000 }, () => newId())
  expect(new Set(ids).size).toBe(ids.length)
  // Counted, since comparing lists of this size would take minutes to explain itself.
  expect(ids.filter((id, index) => index > 0 && id <= ids[index - 1]!)).toHaveLength(0)
  expect(ids.filter((id) => !UUID_V7.test(id))).toHaveLength(0)
})

test('an id tells the millisecond it was made in', () => {
  const before = Date.now()
  const made = timestampOf(newId()).getTime()
  expect(made).toBeGreaterThanOrEqual(before)
  expect(made).toBeLessThanOrEqual(Date.now() + 1)
  expect(timestampOf(newId(1_234_567_890_123)).getTime()).toBe(1_234_567_890_123)
  expect(timestampOf('017f22e2-79b0-7cc3-98c4-dc0c0c07398f').toISOString()).toBe(
    '2022-02-22T19:22:22.000Z', // the example of RFC 9562, appendix A.6
  )
})

test.each(['', 'x', '6fa459ea-ee8a-4ca4-894e-db77e160355e', '017f22e279b07cc398c4dc0c0c07398f'])(
  '%j is not an id of ours',
  (text) => {
    expect(() => timestampOf(text)).toThrow(RangeError)
    expect(isFreshTurnId(text, Date.now())).toBe(false)
  },
)

test('a turn’s id may be 31 days old and 5 minutes ahead, and no more', () => {
  const now = Date.UTC(2026, 10, 23, 12)
  const fresh = (atMs: number): boolean => isFreshTurnId(newId(atMs), now)
  expect(fresh(now)).toBe(true)
  expect(fresh(now - 31 * DAY_MS)).toBe(true)
  expect(fresh(now - 31 * DAY_MS - 1)).toBe(false)
  expect(fresh(now + 5 * 60_000)).toBe(true)
  expect(fresh(now + 5 * 60_000 + 1)).toBe(false)
})
