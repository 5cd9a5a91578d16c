import { expect, test } from 'vitest'
import { safeLink } from './safe-link.ts'

test.each([
  ['https://example.com/a', 'https://example.com/a'],
  ['HTTP://EXAMPLE.com', 'http://example.com/'],
  ['mailto:a@example.com', 'mailto:a@example.com'],
  [' https://example.com ', 'https://example.com/'],
])('%s is followed', (href, expected) => {
  expect(safeLink(href)).toBe(expected)
})

test.each([
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  'data:text/html,x',
  '//example.com',
  '/sign-out',
  '#top',
  'https://exa mple.com',
  '',
])('%j is not', (href) => {
  expect(safeLink(href)).toBeUndefined()
})
