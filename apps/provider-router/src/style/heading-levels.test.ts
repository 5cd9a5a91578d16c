import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HeadingLevels } from './heading-levels.ts'

const levels = fc.array(fc.integer({ min: 1, max: 6 }))

function even(originals: readonly number[]): number[] {
  const headingLevels = new HeadingLevels()
  return originals.map((original) => headingLevels.next(original))
}

test('what stood under one heading on one level still does', () => {
  expect(even([1, 3, 3, 5, 4, 3, 2, 3])).toEqual([1, 2, 2, 3, 3, 2, 2, 3])
})

test('the first heading keeps its level, and so does one above it', () => {
  expect(even([4, 5, 2, 4])).toEqual([4, 5, 2, 3])
})

test('no heading jumps, none goes deeper, and evened headings stay', () => {
  fc.assert(
    fc.property(levels, (originals) => {
      const shown = even(originals)
      shown.forEach((level, index) => {
        expect(level).toBeLessThanOrEqual(originals[index]!)
        if (index > 0) expect(level).toBeLessThanOrEqual(shown[index - 1]! + 1)
      })
      expect(even(shown)).toEqual(shown)
    }),
  )
})

test('headings that do not jump stay', () => {
  fc.assert(
    fc.property(levels, (originals) => {
      const steps = originals.map((level, index) =>
        Math.min(level, ...originals.slice(0, index).map((before, at) => before + index - at)),
      )
      expect(even(steps)).toEqual(steps)
    }),
  )
})
