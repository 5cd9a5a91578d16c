import { expect, test } from 'vitest'
import { dismissalKey, dismissedCookie, readDismissed } from './dismissed-cookie.ts'

const id = (digit: string): string => `01a2b3c4-d5e6-7f01-8000-${digit.repeat(12)}`
const key = (digit: string): string => dismissalKey({ id: id(digit), revision: 3 })
const valueOf = (line: string): string => line.split(';')[0]!

test('what was dismissed is read back, and nothing that is no announcement', () => {
  const cookie = valueOf(dismissedCookie([key('1')], key('2')))
  expect(readDismissed(`theme=dark; ${cookie}; other=1`)).toEqual([key('2'), key('1')])
  expect(readDismissed('brainlyx-dismissed=<script>~x.1~')).toEqual([])
  expect(readDismissed(null)).toEqual([])
})

test('a key that would end the cookie, or is none, is left out', () => {
  expect(valueOf(dismissedCookie([], 'x; Domain=evil.example'))).toBe('brainlyx-dismissed=')
})

test('the newest twenty are kept, each once', () => {
  let kept: string[] = []
  for (let index = 0; index < 30; index++) {
    const digits = index.toString(16).padStart(12, '0')
    const next = `01a2b3c4-d5e6-7f01-8000-${digits}.1`
    kept = readDismissed(valueOf(dismissedCookie(kept, next)))
  }
  expect(kept).toHaveLength(20)
  expect(kept[0]).toMatch(/1d\.1$/)
  expect(readDismissed(valueOf(dismissedCookie(kept, kept[3]!)))).toHaveLength(20)
})
