import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutInputs } from './cut-inputs.ts'

test('what fits stays together', () => {
  expect(cutInputs(['four', 'eight by'], { maxInputs: 2, maxTokens: 3 })).toEqual([
    { inputs: ['four', 'eight by'], tokens: 3 },
  ])
})

test('an empty input takes its place too', () => {
  expect(cutInputs(['', ''], { maxInputs: 2, maxTokens: 9 })).toEqual([
    { inputs: ['', ''], tokens: 2 },
  ])
})

test('too many inputs, or too many tokens, are cut', () => {
  const inputs = ['a', 'b', 'c', 'd', 'e']
  expect(cutInputs(inputs, { maxInputs: 2, maxTokens: 100 }).map((slice) => slice.inputs)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
    ['e'],
  ])
  expect(cutInputs(inputs, { maxInputs: 9, maxTokens: 3 }).map((slice) => slice.inputs)).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e'],
  ])
})

test('one input beyond the tokens goes by itself', () => {
  const long = 'x'.repeat(40)
  expect(cutInputs(['a', long, 'b'], { maxInputs: 9, maxTokens: 5 })).toEqual([
    { inputs: ['a'], tokens: 1 },
    { inputs: [long], tokens: 10 },
    { inputs: ['b'], tokens: 1 },
  ])
})

test('slices keep the order, lose nothing and keep to the limits', () => {
  const limits = fc.record({
    maxInputs: fc.integer({ min: 1, max: 5 }),
    maxTokens: fc.integer({ min: 1, max: 10 }),
  })
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 30 }), { minLength: 1 }),
      limits,
      (inputs, given) => {
        const slices = cutInputs(inputs, given)
        expect(slices.flatMap((slice) => slice.inputs)).toEqual(inputs)
        for (const slice of slices) {
          expect(slice.inputs.length).toBeGreaterThan(0)
          expect(slice.inputs.length).toBeLessThanOrEqual(given.maxInputs)
          expect(slice.inputs.length === 1 || slice.tokens <= given.maxTokens).toBe(true)
        }
      },
    ),
  )
})
