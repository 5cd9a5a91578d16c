import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contextOf, deploymentsOf, firstPlaces, idsOf, keepBusy } from './order-under-test.ts'
import { createRoundRobin } from './round-robin.ts'

const four = deploymentsOf({ a: {}, b: {}, c: {}, d: {} })
const [a, b, c] = four as [(typeof four)[0], (typeof four)[0], (typeof four)[0]]

test('everybody goes first in turn, and the others stand by in the order of their turns', () => {
  const order = createRoundRobin()
  const orders = Array.from({ length: 4 }, () => idsOf(order, [a, b, c], contextOf()).join(''))
  expect(orders).toEqual(['abc', 'bca', 'cab', 'abc'])
})

test('each virtual model has turns of its own', () => {
  const order = createRoundRobin()
  expect(idsOf(order, [a, b], contextOf({ modelId: 'one' }))[0]).toBe('a')
  expect(idsOf(order, [a, b], contextOf({ modelId: 'other' }))[0]).toBe('a')
  expect(idsOf(order, [a, b], contextOf({ modelId: 'one' }))[0]).toBe('b')
})

test('nobody takes over the turns of one that has gone', () => {
  const order = createRoundRobin()
  firstPlaces(order, four, contextOf(), 10)
  const without = firstPlaces(order, [a, b, c], contextOf(), 300)
  expect(without).toEqual({ a: 100, b: 100, c: 100 })
})

test('one that comes back gets a turn, not all that it missed', () => {
  const order = createRoundRobin()
  firstPlaces(order, [a, b], contextOf(), 1_000)
  expect(firstPlaces(order, [a, b, c], contextOf(), 3)).toEqual({ a: 1, b: 1, c: 1 })
})

test('while the members are the same, their turns differ by one at most', () => {
  const phase = fc.record({
    members: fc.subarray(four, { minLength: 1 }),
    decisions: fc.integer({ min: 1, max: 30 }),
  })
  fc.assert(
    fc.property(fc.array(phase, { minLength: 1, maxLength: 8 }), (phases) => {
      const order = createRoundRobin()
      for (const { members, decisions } of phases) {
        const turns = Object.values(firstPlaces(order, members, contextOf(), decisions))
        expect(Math.max(...turns) - Math.min(...turns)).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test('one that should get a quarter gets a quarter of what the others get', () => {
  const breakerWeight = (id: string): number => (id === 'a' ? 0.25 : 1)
  const turns = firstPlaces(createRoundRobin(), [a, b, c], contextOf({ breakerWeight }), 9_000)
  expect(turns['a']).toBeGreaterThan(900)
  expect(turns['a']).toBeLessThan(1_100)
  expect(Math.abs(turns['b']! - turns['c']!)).toBeLessThanOrEqual(1)
})

test('where all are last resorts they still take turns', () => {
  const context = contextOf({ breakerWeight: () => 0 })
  expect(firstPlaces(createRoundRobin(), [a, b, c], context, 300)).toEqual({
    a: 100,
    b: 100,
    c: 100,
  })
})

test('a conversation stays where its prompt is kept, and that was a turn', () => {
  const order = createRoundRobin()
  const warm = { deploymentId: 'b', cachedTokens: 2_000 }
  expect(order([a, b, c], contextOf({ warm }))[0]).toMatchObject({
    deployment: { id: 'b' },
    why: 'keeps this conversation’s prompt',
  })
  expect(firstPlaces(order, [a, b, c], contextOf(), 2)).toEqual({ a: 1, b: 0, c: 1 })
})

test('it does not stay where it would have to wait more than twice as long', () => {
  const context = contextOf({ warm: { deploymentId: 'b', cachedTokens: 2_000 } })
  keepBusy(context.loads, 'b', 2)
  expect(idsOf(createRoundRobin(), [a, b, c], context)[0]).toBe('a')
})
