import fc from 'fast-check'
import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { canonicalDigest } from './canonical-digest.ts'

/** The same value with the keys of all its objects the other way round. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(reversed)
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, reversed(item)]),
  )
}

/** JSON with its keys in order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, node: unknown) =>
    typeof node === 'object' && node !== null && !Array.isArray(node)
      ? Object.fromEntries(Object.entries(node).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : node,
  )
}

// Few letters and short texts, so that values which only nearly differ come up often.
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: fc.constantFrom('a', '"', ':', '1', '{', 'ü', '😀'), maxLength: 3 }),
    fc.constantFrom(null, true, false, 0, 1, 11, -1, 0.5, 1e21),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '', '1', '1:a'), tie('value'), { maxKeys: 3 }),
  ),
})).value

test('the order of keys makes no difference', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonicalDigest(reversed(value))).toBe(canonicalDigest(value))
    }),
  )
})

test('values have one digest exactly where they are one JSON', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(canonicalDigest(a) === canonicalDigest(b)).toBe(sorted(a) === sorted(b))
    }),
    { numRuns: 2_000 },
  )
})

test('neighbours that would run into each other are kept apart', () => {
  const values = [
    ['a', 'b'],
    ['a"1:b'],
    ['ab'],
    [1, 11],
    [11, 1],
    [111],
    [[1], 2],
    [[1, 2]],
    { a: { b: 1 }, c: 2 },
    { a: { b: 1, c: 2 } },
    [null, true],
    'nt',
    '1',
    1,
  ]
  expect(new Set(values.map(canonicalDigest)).size).toBe(values.length)
})

test('what is hashed is the same, whether a text went there by itself or with the rest', () => {
  const long = 'ü'.repeat(10_000)
  expect(canonicalDigest(['a', long, 1, null, { b: true }])).toBe(
    hash('sha256', `["1:a"10000:${long}1;n{"1:bt}]`),
  )
})

test('a long text counts as a whole, at its place', () => {
  const long = 'x'.repeat(1_000_000)
  const digests = [
    [long, 'a'],
    ['a', long],
    [`${long}a`],
    [long, long],
    [`${long.slice(1)}y`, 'a'],
    { [long]: 'a' },
  ].map(canonicalDigest)
  expect(new Set(digests).size).toBe(digests.length)
  expect(canonicalDigest([`${'x'.repeat(999_999)}x`, 'a'])).toBe(digests[0])
})

test('a key without a value is none, as in JSON', () => {
  expect(canonicalDigest({ a: 1, b: undefined })).toBe(canonicalDigest({ a: 1 }))
  expect(canonicalDigest({ a: 1, b: null })).not.toBe(canonicalDigest({ a: 1 }))
  expect(canonicalDigest([undefined])).toBe(canonicalDigest([null]))
})

test.each([
  ['a text', 'half \ud83d'],
  ['a long text', `${'x'.repeat(10_000)}\ud83d`],
  ['what comes before a long text', ['\ud83d', 'x'.repeat(10_000)]],
  ['a key', { '\ude00': 1 }],
])('half a surrogate pair in %s has no digest', (_where, value) => {
  expect(canonicalDigest(value)).toBeUndefined()
})

test('what nests without end has no digest', () => {
  const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))
  expect(canonicalDigest(nested(64))).toBeDefined()
  expect(canonicalDigest(nested(65))).toBeUndefined()
  expect(canonicalDigest(nested(100_000))).toBeUndefined()
})
