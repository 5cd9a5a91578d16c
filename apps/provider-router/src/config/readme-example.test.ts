import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseRouterFile } from './parse-router-file.ts'

test('the configuration that README.md shows is usable', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const shown = /```yaml\n([^]*?)```/.exec(readme)?.[1] ?? ''
  const file = parseRouterFile(shown, {}, 'README.md')
  expect(Object.keys(file.models)).toEqual(['house'])
  expect(file.providers['openai-eu']?.residency).toEqual(['eu'])
})
