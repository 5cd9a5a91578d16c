import { expect, test } from 'vitest'
import { routes } from './routes.ts'
import type { Route } from './routes.ts'
import { StartTurnInput } from './turn.ts'

const table: [string, Route][] = Object.entries(routes)

test('no two routes share a method and path', () => {
  const keys = table.map(([, route]) => `${route.method} ${route.path}`)
  expect(new Set(keys).size).toBe(keys.length)
})

test.each(table)('%s validates every parameter in its path', (_name, route) => {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]!)
  expect(Object.keys(route.params?.shape ?? {})).toEqual(inPath)
})

test.each(table)(
  '%s answers 204 exactly where it has nothing to send, 303 where it sends on',
  (_name, route) => {
    const sends = route.response !== undefined || route.streams === true || route.file !== undefined
    expect(route.status === 303).toBe(route.redirects === true)
    expect(route.status === 204).toBe(!sends && route.redirects !== true)
  },
)

test('a message of white space is no message, and a model is chosen where none is named', () => {
  expect(StartTurnInput.safeParse({ text: ' \n' }).success).toBe(false)
  expect(StartTurnInput.parse({ text: 'Hello' })).toEqual({ text: 'Hello', model: 'auto' })
})

test.each(['not-an-id', '018f4e3a-0000-4000-8000-000000000000', "' OR 1=1"])(
  'a turn id of %j is refused: only UUIDv7',
  (turnId) => {
    expect(StartTurnInput.safeParse({ text: 'Hello', turnId }).success).toBe(false)
  },
)
