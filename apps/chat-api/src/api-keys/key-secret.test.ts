import { expect, test } from 'vitest'
import { hashOfKey, isWellFormedKey, makeKeySecret } from './key-secret.ts'

test('a key has one form, shows its first letters, and is like no other', () => {
  const keys = Array.from({ length: 200 }, makeKeySecret)
  for (const { secret, prefix, secretHash } of keys) {
    expect(secret).toMatch(/^bx-[0-9A-Za-z]{57}$/)
    expect(secret.startsWith(prefix)).toBe(true)
    expect(prefix).toHaveLength(11)
    expect(isWellFormedKey(secret)).toBe(true)
    expect(hashOfKey(secret)).toEqual(secretHash)
  }
  expect(new Set(keys.map(({ secret }) => secret)).size).toBe(200)
  expect(new Set(keys.map(({ prefix }) => prefix)).size).toBe(200)
})

test('every typo of one letter is known as such', () => {
  const { secret } = makeKeySecret()
  for (let place = 3; place < secret.length; place++) {
    const other = secret[place] === 'a' ? 'b' : 'a'
    expect(isWellFormedKey(secret.slice(0, place) + other + secret.slice(place + 1))).toBe(false)
  }
})

test.each([
  '',
  'bx-',
  'sk-0123456789',
  makeKeySecret().secret.slice(0, -1),
  `${makeKeySecret().secret}0`,
  ` ${makeKeySecret().secret}`,
  makeKeySecret().secret.replace('bx-', 'BX-'),
])('%j is no key', (text) => {
  expect(isWellFormedKey(text)).toBe(false)
})
