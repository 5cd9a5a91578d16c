import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shareOut } from './share-out.ts'

test('shares are in proportion', () => {
  expect(shareOut(100, [1, 3, 6])).toEqual([10, 30, 60])
  expect(shareOut(10, [1, 1, 1])).toEqual([3, 4, 3])
  expect(shareOut(1, [5, 5, 5])).toEqual([0, 1, 0])
  expect(shareOut(7, [42])).toEqual([7])
})

test('shares are whole, near their proportion, and together exactly the total', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 250_000 }), { minLength: 1, maxLength: 100 })
  fc.assert(
    fc.property(fc.nat(10_000_000), weights, (total, each) => {
      const shares = shareOut(total, each)
      const whole = each.reduce((sum, weight) => sum + weight, 0)
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total)
      for (const [index, share] of shares.entries()) {
        expect(Number.isInteger(share) && share >= 0).toBe(true)
        expect(Math.abs(share - (total * each[index]!) / whole)).toBeLessThanOrEqual(1)
      }
    }),
  )
})
