import { expect, test } from 'vitest'
import { count, dollars, milliseconds, utcTime } from './figures.ts'

test.each([
  ['0', '$0.00'],
  ['1', '< $0.01'],
  ['9999999999', '< $0.01'],
  ['10000000000', '$0.01'],
  ['1004999999999', '$1.00'],
  ['1005000000000', '$1.01'],
  ['1234567890000000000', '$1,234,567.89'],
])('%s pico-dollars are %s', (picoUsd, shown) => {
  expect(dollars(picoUsd)).toBe(shown)
})

test('times are in UTC, counts have separators', () => {
  expect(utcTime('2026-11-26T14:03:09.123Z')).toBe('2026-11-26 14:03:09 UTC')
  expect(count(1_234_567)).toBe('1,234,567')
  expect(milliseconds(1234.5)).toBe('1,235 ms')
  expect(milliseconds(null)).toBe('–')
})
