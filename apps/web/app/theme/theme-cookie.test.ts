import { expect, test } from 'vitest'
import { readTheme, themeCookie } from './theme-cookie.ts'

test('a theme survives its way through the browser', () => {
  const [pair] = themeCookie('dark').split(';')
  expect(readTheme(`a=b; ${pair}; c=d`)).toBe('dark')
})

test('whatever else a cookie says means the system’s theme', () => {
  expect(readTheme(null)).toBe('system')
  expect(readTheme('brainlyx-theme=purple')).toBe('system')
  expect(readTheme('not-brainlyx-theme=dark')).toBe('system')
})

test('choosing the system’s theme ends the cookie', () => {
  expect(themeCookie('system')).toContain('Max-Age=0')
})
