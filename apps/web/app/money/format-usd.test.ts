import { expect, test } from 'vitest'
import { dollarsOf, formatUsd, picoUsdOf } from './format-usd.ts'

test.each([
  ['0', '$0'],
  ['9999999', 'under $0.00001'],
  ['12345678', '$0.000012'],
  ['4200000000', '$0.0042'],
  ['999000000000', '$1'],
  ['1234567000000', '$1.23'],
  ['1234567890000000', '$1,234.57'],
])('%s pico-dollars are %s', (picoUsd, text) => {
  expect(formatUsd(picoUsd)).toBe(text)
})

test.each([
  ['5', '5000000000000'],
  [' $0.25 ', '250000000000'],
  ['12,50', '12500000000000'],
  ['0', '0'],
  ['', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['12345678', undefined],
])('%s dollars are %s pico-dollars', (text, picoUsd) => {
  expect(picoUsdOf(text)).toBe(picoUsd)
  if (picoUsd !== undefined) expect(picoUsdOf(dollarsOf(picoUsd))).toBe(picoUsd)
})
