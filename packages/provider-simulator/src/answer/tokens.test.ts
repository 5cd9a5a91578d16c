import { describe, expect, it } from 'vitest'
import { countTokens, tokensOf } from './tokens.ts'

describe('tokensOf', () => {
  it.each([
    'Hello, world! This is an internationalisation test.',
    '  two  spaces\n\n\tand tabs \r\n',
    'emoji 👩‍👩‍👧‍👦 and 日本語のテキスト, 한국어, café, naïve',
    'half a pair \ud83d and more',
    '```ts\nconst a = 1 + 2 // 12345678\n```',
  ])('loses nothing of %j', (text) => {
    expect(tokensOf(text).join('')).toBe(text)
  })

  it('makes English tokens of about four characters', () => {
    const text =
      'The quick brown fox jumps over the lazy dog, and nobody in the neighbourhood is surprised about it.'
    const charactersAToken = text.length / countTokens(text)
    expect(charactersAToken).toBeGreaterThan(3.5)
    expect(charactersAToken).toBeLessThan(5.5)
  })

  it('never cuts a character in two', () => {
    for (const token of tokensOf('👍👍👍👍👍👍👍👍👍')) expect(token.isWellFormed()).toBe(true)
  })

  it('finds no token in an empty text', () => {
    expect(tokensOf('')).toEqual([])
    expect(countTokens('')).toBe(0)
  })
})
