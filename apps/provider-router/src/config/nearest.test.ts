import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const KEYS = ['name', 'kind', 'baseUrl', 'keys', 'residency', 'region', 'timeouts']

test.each([
  ['nmae', 'name'],
  ['base_url', 'baseUrl'],
  ['BASEURL', 'baseUrl'],
  ['timeout', 'timeouts'],
  ['residencies', 'residency'],
  ['kyes', 'keys'],
  ['nam', 'name'],
  ['colour', undefined],
  ['x', undefined],
  ['', undefined],
])('%s means %s', (word, meant) => {
  expect(nearest(word, KEYS)).toBe(meant)
})

test('any word with one letter left out, doubled or swapped with its neighbour is found again', () => {
  const word = fc.constantFrom(...KEYS)
  fc.assert(
    fc.property(word, fc.nat(), fc.constantFrom('drop', 'double', 'swap'), (key, n, how) => {
      const at = n % (key.length - 1)
      const rest = key.slice(at)
      const mistyped = {
        drop: rest.slice(1),
        double: rest[0] + rest,
        swap: rest[1]! + rest[0] + rest.slice(2),
      }[how]
      expect(nearest(key.slice(0, at) + mistyped, KEYS)).toBe(key)
    }),
  )
})
