import { expect, test } from 'vitest'
import { modelName } from './model-name.ts'

test.each<[string, string | null, string]>([
  ['look', null, 'look'],
  ['look', '', 'look'],
  ['look', 'functions', 'look'],
  ['look', 'weather', 'weather__look'],
  ['look', 'mcp__weather__', 'mcp__weather__look'],
])('%s of %s is known as %s', (name, namespace, known) => {
  expect(modelName(name, namespace)).toBe(known)
})

test('a name that is too long or cannot be said is another for each, and always the same', () => {
  const long = (name: string): string => modelName(name, `mcp__${'a'.repeat(60)}`)
  for (const name of [long('look_outside'), long('look_inside'), modelName('look', 'my.server')]) {
    expect(name).toMatch(/^[\w-]{1,64}$/)
  }
  expect(long('look_outside')).not.toBe(long('look_inside'))
  expect(modelName('look', 'my.server')).not.toBe(modelName('look', 'my_server'))
  expect(long('look_outside')).toBe(long('look_outside'))
})
