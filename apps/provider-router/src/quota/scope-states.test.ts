import { expect, test } from 'vitest'
import { scopeOf } from './quotas-under-test.ts'
import { ScopeStates } from './scope-states.ts'

test('scopes that nobody uses for five minutes are forgotten, those with calls are not', () => {
  const states = new ScopeStates(Math.random)
  states.use(scopeOf({}, 'idle'), 0)
  states.use(scopeOf({}, 'in use'), 200_000)
  states.use(scopeOf({}, 'long call'), 0).calls.enter(0)
  states.sweep(300_001)
  expect([...states].map(({ id }) => id)).toEqual(['in use', 'long call'])
})

test('of too many scopes those go that were not used for longest and have no calls', () => {
  const states = new ScopeStates(Math.random)
  states.use(scopeOf({}, 'long call'), 0).calls.enter(0)
  for (let index = 0; index < 12_000; index++) states.use(scopeOf({}, `scope-${index}`), index)
  expect(states.size).toBeLessThanOrEqual(5_000)
  const ids = new Set([...states].map(({ id }) => id))
  expect(ids).toContain('long call')
  expect(ids).toContain('scope-11999')
  expect(ids).not.toContain('scope-1')
})

test('limits follow the configuration', () => {
  const states = new ScopeStates(Math.random)
  expect(states.use(scopeOf({ concurrency: 2 }), 0).concurrency).toBe(2)
  expect(states.use(scopeOf({ concurrency: 3 }), 0).concurrency).toBe(3)
  expect(states.use(scopeOf(undefined), 0).hasRate).toBe(false)
})
