import { expect, it } from 'vitest'
import { createPromptCache } from './prompt-cache.ts'

const long = 'x'.repeat(512 * 12)
const tokens = 128 * 12

it('caches nothing the first time, the known beginning after that, in steps of 128', () => {
  const cache = createPromptCache()
  expect(cache.cachedTokens(`${long}one`, tokens)).toBe(0)
  expect(cache.cachedTokens(`${long}two`, tokens)).toBe(tokens)
  const changed = `${long.slice(0, 512 * 9)}${'y'.repeat(512 * 3)}`
  expect(cache.cachedTokens(changed, tokens)).toBe(128 * 9)
})

it('caches no beginning of less than 1024 tokens, nor one that differs at once', () => {
  const cache = createPromptCache()
  cache.cachedTokens(long, tokens)
  expect(cache.cachedTokens(long.slice(0, 512 * 7), 128 * 7)).toBe(0)
  expect(cache.cachedTokens(`y${long}`, tokens)).toBe(0)
})

it('forgets the oldest beyond its capacity', () => {
  const cache = createPromptCache(12)
  cache.cachedTokens(long, tokens)
  cache.cachedTokens('z'.repeat(512 * 12), tokens)
  expect(cache.cachedTokens(long, tokens)).toBe(0)
})
