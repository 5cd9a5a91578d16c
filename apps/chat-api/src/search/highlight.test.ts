import { expect, test } from 'vitest'
import { excerpt, highlight } from './highlight.ts'

const marked = (segments: { text: string; match: boolean }[]): string =>
  segments.map(({ text, match }) => (match ? `[${text}]` : text)).join('')

test('whole words are marked, in whatever case, and markup is text', () => {
  expect(marked(highlight('House, houses <b>HOUSE</b> housework', ['house', 'houses']))).toBe(
    '[House], [houses] <b>[HOUSE]</b> housework',
  )
  expect(highlight('nothing', [])).toEqual([{ text: 'nothing', match: false }])
})

test('an excerpt is from where most of the words are together', () => {
  const text = `tea ${'x '.repeat(300)} milk ${'y '.repeat(200)} green tea with milk ${'z '.repeat(300)}`
  const shown = marked(excerpt(text, ['tea', 'milk', 'green']))
  expect(shown).toContain('[green] [tea] with [milk]')
  expect(shown).toMatch(/^… .* …$/)
  expect(shown.length).toBeLessThan(300)
})

test('an excerpt without a match is the beginning, on one line', () => {
  expect(marked(excerpt('one\n\n  two\tthree', []))).toBe('one two three')
  expect(marked(excerpt('', ['x']))).toBe('')
})

test('a character of two halves is never cut in two', () => {
  for (let lead = 0; lead < 4; lead++) {
    const text = `${'a'.repeat(lead)}${'𠀀'.repeat(200)} needle ${'𠀀'.repeat(400)}`
    for (const { text: segment } of excerpt(text, ['needle'])) {
      expect(segment.isWellFormed()).toBe(true)
    }
  }
})
