import { expect, test } from 'vitest'
import { leastLoaded } from './least-loaded.ts'
import { contextOf, deploymentsOf, firstPlaces, idsOf, keepBusy } from './order-under-test.ts'

test('fewest in flight first', () => {
  const context = contextOf()
  keepBusy(context.loads, 'a', 3)
  keepBusy(context.loads, 'b', 1)
  keepBusy(context.loads, 'c', 2)
  const ordered = leastLoaded(deploymentsOf({ a: {}, b: {}, c: {} }), context)
  expect(ordered.map(({ deployment, why }) => `${deployment.id}: ${why}`)).toEqual([
    'b: 1 in flight, weight 1',
    'c: 2 in flight, weight 1',
    'a: 3 in flight, weight 1',
  ])
})

test('a heavy one carries more', () => {
  const deployments = deploymentsOf({ light: {}, heavy: { weight: 4 } })
  const { loads } = contextOf()
  const counts = { light: 0, heavy: 0 }
  for (let call = 0; call < 50; call++) {
    const first = idsOf(leastLoaded, deployments, contextOf({ loads }))[0] as 'light' | 'heavy'
    loads.begin(first)
    counts[first] += 1
  }
  expect(counts).toEqual({ light: 10, heavy: 40 })
})

test('where all are idle the heaviest goes first', () => {
  const deployments = deploymentsOf({ light: {}, heavy: { weight: 4 } })
  expect(firstPlaces(leastLoaded, deployments, contextOf(), 20)['heavy']).toBe(20)
})

test('equals are taken by chance', () => {
  const deployments = deploymentsOf({ a: {}, b: {}, c: {} })
  for (const count of Object.values(firstPlaces(leastLoaded, deployments, contextOf(), 3_000))) {
    expect(count).toBeGreaterThan(900)
    expect(count).toBeLessThan(1_100)
  }
})

test('without any weight it is last, however idle', () => {
  const deployments = deploymentsOf({ a: { weight: 0 }, b: {} })
  const context = contextOf()
  keepBusy(context.loads, 'b', 100)
  expect(idsOf(leastLoaded, deployments, context)).toEqual(['b', 'a'])
})
