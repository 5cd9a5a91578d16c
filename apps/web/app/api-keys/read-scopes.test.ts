import { expect, test } from 'vitest'
import { dollarsOf, picoUsdOf, readScopes } from './read-scopes.ts'

test.each([
  ['', null],
  [' ', null],
  ['0', '0'],
  ['5', '5000000000000'],
  ['0.01', '10000000000'],
  ['19.99', '19990000000000'],
  ['-1', '-1'],
  ['much', 'much'],
  ['1e300', '1e300'],
])('%j dollars are %j', (dollars, picoUsd) => {
  expect(picoUsdOf(dollars)).toBe(picoUsd)
})

test('what is kept is shown as it was said', () => {
  expect(dollarsOf('19990000000000')).toBe('19.99')
})

test('no model chosen means all, and no word about the end leaves it', () => {
  const form = new FormData()
  form.set('name', 'A program')
  expect(readScopes(form)).toEqual({
    name: 'A program',
    models: null,
    monthlyBudgetPicoUsd: null,
  })
  form.append('models', 'auto')
  form.append('models', 'fast')
  form.set('expiry', '90')
  form.set('budget', '2.50')
  expect(readScopes(form)).toEqual({
    name: 'A program',
    models: ['auto', 'fast'],
    monthlyBudgetPicoUsd: '2500000000000',
    expiresInDays: 90,
  })
  form.set('expiry', 'never')
  expect(readScopes(form).expiresInDays).toBeNull()
})
