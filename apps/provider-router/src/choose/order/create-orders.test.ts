import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Strategy, Tier } from '../../config/router-file.ts'
import { createOrders } from './create-orders.ts'
import {
  contextOf,
  deploymentsOf,
  firstPlaces,
  idsOf,
  keepBusy,
  measured,
  seededRandom,
} from './order-under-test.ts'

const strategies = Strategy.options
const abc = deploymentsOf({ a: {}, b: {}, c: {} })

test('every order is a permutation of what it was given', () => {
  const share = fc.constantFrom(0, 0.1, 0.5, 1)
  const facts = fc.record({
    weight: fc.constantFrom(0, 1, 7),
    tier: fc.constantFrom(...Tier.options),
    region: fc.constantFrom('eu', 'us', undefined),
    price: fc.option(fc.record({ inputUsdPerMillion: fc.nat(9), outputUsdPerMillion: fc.nat(9) }), {
      nil: undefined,
    }),
  })
  const state = fc.record({
    breakerWeight: share,
    headroom: share,
    calls: fc.nat(5),
    latencyMs: fc.option(fc.nat(5_000), { nil: undefined }),
    roundTripMs: fc.option(fc.nat(300), { nil: undefined }),
  })
  const member = fc.record({ facts, state })
  const request = fc.record({
    tier: fc.constantFrom(...Tier.options),
    warm: fc.option(fc.nat(7), { nil: undefined }),
    callerRegion: fc.constantFrom('eu', 'us', undefined),
    seed: fc.nat(),
  })
  fc.assert(
    fc.property(
      fc.constantFrom(...strategies),
      fc.array(member, { minLength: 1, maxLength: 7 }),
      request,
      (strategy, members, { tier, warm, callerRegion, seed }) => {
        const stateOf = new Map(members.map((each, index) => [`d${index}`, each.state]))
        const deployments = deploymentsOf(
          Object.fromEntries(members.map((each, index) => [`d${index}`, each.facts])),
        )
        const latencies = [...stateOf].flatMap(([id, { latencyMs }]) =>
          latencyMs === undefined ? [] : [[id, latencyMs] as const],
        )
        const loads = measured(Object.fromEntries(latencies))
        for (const [id, { calls }] of stateOf) keepBusy(loads, id, calls)
        const context = contextOf({
          tier,
          warm: warm === undefined ? undefined : { deploymentId: `d${warm}`, cachedTokens: 2_000 },
          callerRegion,
          loads,
          roundTripsMs: { eu: { eu: 10, us: 90 }, us: { eu: 90 } },
          breakerWeight: (id) => stateOf.get(id)!.breakerWeight,
          headroom: ({ id }) => stateOf.get(id)!.headroom,
          measuredRoundTripMs: (id) => stateOf.get(id)!.roundTripMs,
          random: seededRandom(seed),
        })
        const order = createOrders()[strategy]
        for (let decision = 0; decision < 3; decision++) {
          const ordered = order(deployments, context)
          expect(ordered.map(({ deployment }) => deployment.id).toSorted()).toEqual(
            deployments.map(({ id }) => id).toSorted(),
          )
          for (const { score, why } of ordered) {
            expect(score === null || Number.isFinite(score)).toBe(true)
            expect(why).not.toMatch(/NaN|undefined|Infinity/)
          }
        }
      },
    ),
    { numRuns: 300 },
  )
})

test.each(strategies)('%s: none given, none returned', (strategy) => {
  expect(createOrders()[strategy]([], contextOf())).toEqual([])
})

test('priority is the order of the configuration', () => {
  expect(createOrders().priority(abc, contextOf())).toMatchObject([
    { deployment: { id: 'a' }, score: null, why: 'place 1 of the configured order' },
    { deployment: { id: 'b' } },
    { deployment: { id: 'c' } },
  ])
})

test.each(strategies)('%s: an open breaker and a used-up quota go last and say why', (strategy) => {
  const context = contextOf({
    breakerWeight: (id) => (id === 'a' ? 0 : 1),
    headroom: ({ id }) => (id === 'b' ? 0 : 1),
    warm: { deploymentId: 'a', cachedTokens: 2_000 },
  })
  const order = createOrders()[strategy]
  for (let decision = 0; decision < 20; decision++) {
    expect(order(abc, context).map(({ deployment, why }) => [deployment.id, why])).toEqual([
      ['c', expect.any(String)],
      ['a', 'last resort, its breaker is open'],
      ['b', 'last resort, its quota is used up'],
    ])
  }
})

test.each(strategies)('%s: where all are last resorts its own order is left', (strategy) => {
  const ordered = createOrders()[strategy](abc, contextOf({ breakerWeight: () => 0 }))
  expect(ordered).toHaveLength(3)
  for (const { why } of ordered) expect(why).toMatch(/^last resort, its breaker is open: ./)
})

test.each([
  'priority',
  'least-loaded',
  'lowest-latency',
  'geographic',
  'cheapest',
  'auto',
] as const)('%s: one that should get a tenth goes first in a tenth', (strategy) => {
  // It would always be first: nobody is as idle, as fast, as near, as cheap.
  const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 }
  const deployments = deploymentsOf({
    best: { region: 'eu', price: { ...price, inputUsdPerMillion: 0.5 } },
    other: { price },
  })
  const loads = measured({ best: 50, other: 100 })
  keepBusy(loads, 'other', 1)
  const context = contextOf({ loads, callerRegion: 'eu' })
  expect(firstPlaces(createOrders()[strategy], deployments, context, 100)['best']).toBe(100)
  const breakerWeight = (id: string): number => (id === 'best' ? 0.1 : 1)
  const reduced = { ...context, breakerWeight }
  const firsts = firstPlaces(createOrders()[strategy], deployments, reduced, 5_000)['best']
  expect(firsts).toBeGreaterThan(400)
  expect(firsts).toBeLessThan(600)
})

test.each(['cheapest', 'auto'] as const)(
  '%s: what chance takes from one that is large enough goes to no smaller one',
  (strategy) => {
    const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 }
    const deployments = deploymentsOf({
      large: { tier: 'large', price },
      small: { tier: 'small', price },
    })
    const context = contextOf({
      tier: 'large',
      breakerWeight: (id) => (id === 'large' ? 0.1 : 1),
    })
    expect(firstPlaces(createOrders()[strategy], deployments, context, 100)['large']).toBe(100)
  },
)

test.each(['round-robin', 'weighted', 'least-loaded', 'lowest-latency', 'geographic'] as const)(
  '%s: a conversation stays where its prompt is kept while that costs no more than twice the wait',
  (strategy) => {
    const deployments = deploymentsOf({ a: { region: 'eu' }, b: {}, c: {} })
    const stays = (latencyMs: number, calls: number, breakerWeight = 1): boolean => {
      const loads = measured({ a: 100, b: latencyMs, c: 400 })
      keepBusy(loads, 'b', calls)
      const context = contextOf({
        loads,
        callerRegion: 'eu',
        warm: { deploymentId: 'b', cachedTokens: 2_000 },
        breakerWeight: (id) => (id === 'b' ? breakerWeight : 1),
        // Chance takes from b whatever it may.
        random: () => 0.999,
      })
      return idsOf(createOrders()[strategy], deployments, context)[0] === 'b'
    }
    expect(stays(200, 1)).toBe(true)
    expect(stays(201, 1)).toBe(false)
    expect(stays(200, 2)).toBe(false)
    expect(stays(100, 0, 0.99)).toBe(false)
  },
)

test('priority does not follow kept prompts', () => {
  const warm = { deploymentId: 'c', cachedTokens: 2_000 }
  expect(idsOf(createOrders().priority, abc, contextOf({ warm }))[0]).toBe('a')
})
