import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scaledSize } from './scaled-size.ts'

const edge = fc.integer({ min: 1, max: 20_000 })

test('an image is never made larger, keeps within every limit, and keeps its proportions', () => {
  fc.assert(
    fc.property(
      fc.record({ width: edge, height: edge }),
      fc.record(
        {
          longEdge: fc.integer({ min: 64, max: 8_000 }),
          shortEdge: fc.integer({ min: 64, max: 8_000 }),
          pixels: fc.integer({ min: 10_000, max: 50_000_000 }),
        },
        { requiredKeys: [] },
      ),
      (size, useful) => {
        const { width, height } = scaledSize(size, useful)
        expect(width).toBeLessThanOrEqual(size.width)
        expect(height).toBeLessThanOrEqual(size.height)
        expect(Math.max(width, height)).toBeLessThanOrEqual(useful.longEdge ?? Infinity)
        expect(Math.min(width, height)).toBeLessThanOrEqual(useful.shortEdge ?? Infinity)
        // A line of one pixel stays one.
        if (Math.min(width, height) > 1) {
          expect(width * height).toBeLessThanOrEqual(useful.pixels ?? Infinity)
        }
        expect(Math.abs(width - (height * size.width) / size.height)).toBeLessThanOrEqual(
          1 + size.width / size.height,
        )
      },
    ),
  )
})

test('one that is useful already stays as it is, to the pixel', () => {
  expect(scaledSize({ width: 2048, height: 768 }, { longEdge: 2048, shortEdge: 768 })).toEqual({
    width: 2048,
    height: 768,
  })
  expect(scaledSize({ width: 1, height: 1 }, {})).toEqual({ width: 1, height: 1 })
})
