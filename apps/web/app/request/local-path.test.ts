import { expect, test } from 'vitest'
import { localPath } from './local-path.ts'

test('a path of this site is kept', () => {
  expect(localPath('/c/1?before=2#x')).toBe('/c/1?before=2')
})

test.each([
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  '',
  null,
])('%j leads home', (value) => {
  expect(localPath(value)).toBe('/')
})
