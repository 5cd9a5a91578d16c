import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contextOf, deploymentsOf, firstPlaces, idsOf } from './order-under-test.ts'
import { createWeighted } from './weighted.ts'

const weights = deploymentsOf({ a: { weight: 5 }, b: { weight: 1 }, c: { weight: 1 } })

test('turns are spread as nginx spreads them', () => {
  const order = createWeighted()
  const firsts = Array.from({ length: 7 }, () => idsOf(order, weights, contextOf())[0])
  expect(firsts.join('')).toBe('aabacaa')
})

test('everybody gets exactly its share', () => {
  expect(firstPlaces(createWeighted(), weights, contextOf(), 7_000)).toEqual({
    a: 5_000,
    b: 1_000,
    c: 1_000,
  })
})

test('at any time everybody is within a turn of its share', () => {
  const weight = fc.integer({ min: 1, max: 100 })
  fc.assert(
    fc.property(weight, weight, weight, fc.integer({ min: 1, max: 200 }), (a, b, c, decisions) => {
      const deployments = deploymentsOf({ a: { weight: a }, b: { weight: b }, c: { weight: c } })
      const turns = firstPlaces(createWeighted(), deployments, contextOf(), decisions)
      for (const { id, weight } of deployments) {
        const share = (decisions * weight) / (a + b + c)
        expect(Math.abs(turns[id]! - share)).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: 50 },
  )
})

test('a breaker lessens a weight', () => {
  const breakerWeight = (id: string): number => (id === 'a' ? 0.2 : 1)
  expect(firstPlaces(createWeighted(), weights, contextOf({ breakerWeight }), 300)).toEqual({
    a: 100,
    b: 100,
    c: 100,
  })
})

test('without a weight a deployment stands by behind the others', () => {
  const deployments = deploymentsOf({ a: { weight: 0 }, b: { weight: 1 }, c: { weight: 3 } })
  const order = createWeighted()
  const orders = Array.from({ length: 40 }, () => idsOf(order, deployments, contextOf()))
  expect(orders.every((ids) => ids[2] === 'a')).toBe(true)
})

test('where nobody has a weight the order given is left', () => {
  const deployments = deploymentsOf({ a: { weight: 0 }, b: { weight: 0 } })
  expect(idsOf(createWeighted(), deployments, contextOf())).toEqual(['a', 'b'])
})

test('turns taken for kept prompts are paid for', () => {
  const order = createWeighted()
  const deployments = deploymentsOf({ a: {}, b: {} })
  const warm = { deploymentId: 'a', cachedTokens: 2_000 }
  expect(firstPlaces(order, deployments, contextOf({ warm }), 2)).toEqual({ a: 2, b: 0 })
  expect(firstPlaces(order, deployments, contextOf(), 2)).toEqual({ a: 0, b: 2 })
})

test('but a long time of them is not paid for as long', () => {
  const order = createWeighted()
  const deployments = deploymentsOf({ a: {}, b: {} })
  const warm = { deploymentId: 'a', cachedTokens: 2_000 }
  firstPlaces(order, deployments, contextOf({ warm }), 1_000)
  const after = firstPlaces(order, deployments, contextOf(), 100)
  expect(after['a']).toBeGreaterThanOrEqual(45)
})

test('one that comes back is not given all that it missed', () => {
  const order = createWeighted()
  const [a, b, c] = deploymentsOf({ a: {}, b: {}, c: {} }) as [never, never, never]
  firstPlaces(order, [a, b, c], contextOf(), 2)
  firstPlaces(order, [a, b], contextOf(), 1_001)
  const after = firstPlaces(order, [a, b, c], contextOf(), 30)
  for (const turns of Object.values(after)) expect(Math.abs(turns - 10)).toBeLessThanOrEqual(1)
})

test('the trace tells the share', () => {
  expect(createWeighted()(weights, contextOf())[0]?.why).toBe('71 % by weight')
})
