import { expect, test } from 'vitest'
import { createDeploymentLoads } from '../../load/create-deployment-loads.ts'
import { lowestLatency } from './lowest-latency.ts'
import {
  contextOf,
  deploymentsOf,
  firstPlaces,
  idsOf,
  keepBusy,
  measured,
  seededRandom,
} from './order-under-test.ts'

const abc = deploymentsOf({ a: {}, b: {}, c: {} })
const known = (): ReturnType<typeof measured> => measured({ a: 50, b: 100, c: 400 })

test('the better of two by chance: the fastest of three wins two of three pairs, the slowest none', () => {
  const firsts = firstPlaces(lowestLatency, abc, contextOf({ loads: known() }), 3_000)
  expect(firsts['a']).toBeGreaterThan(1_900)
  expect(firsts['a']).toBeLessThan(2_100)
  expect(firsts['b']).toBe(3_000 - firsts['a']!)
})

test('behind the first the fastest stands by first', () => {
  const context = contextOf({ loads: known() })
  for (let decision = 0; decision < 50; decision++) {
    const ids = idsOf(lowestLatency, abc, context)
    expect(['abc', 'bac']).toContain(ids.join(''))
  }
})

test('calls in flight make a fast one slow', () => {
  const loads = measured({ a: 50, b: 100 })
  keepBusy(loads, 'a', 2)
  const ordered = lowestLatency(deploymentsOf({ a: {}, b: {} }), contextOf({ loads }))
  expect(ordered).toMatchObject([
    { deployment: { id: 'b' }, score: 100, why: '100 ms, 0 in flight' },
    { deployment: { id: 'a' }, score: 150, why: '50 ms, 2 in flight' },
  ])
})

test('nothing is so fast that calls in flight do not count', () => {
  const loads = measured({ a: 0, b: 1 })
  keepBusy(loads, 'a', 1)
  expect(idsOf(lowestLatency, deploymentsOf({ a: {}, b: {} }), contextOf({ loads }))[0]).toBe('b')
})

test('one that is not measured gets a twentieth, however fast it may be', () => {
  const loads = measured({ a: 2_000, b: 3_000 })
  const firsts = firstPlaces(lowestLatency, abc, contextOf({ loads }), 10_000)
  expect(firsts['c']).toBeGreaterThan(400)
  expect(firsts['c']).toBeLessThan(600)
})

test('several that are not measured share that twentieth', () => {
  const deployments = deploymentsOf({ a: {}, b: {}, c: {}, d: {}, e: {} })
  const context = contextOf({ loads: measured({ a: 50 }) })
  expect(firstPlaces(lowestLatency, deployments, context, 10_000)['a']).toBeGreaterThan(9_400)
})

test('it is tried with one call at a time', () => {
  const loads = known()
  const four = deploymentsOf({ a: {}, b: {}, c: {}, d: {} })
  keepBusy(loads, 'd', 1)
  expect(firstPlaces(lowestLatency, four, contextOf({ loads }), 1_000)['d']).toBe(0)
})

test('the trace tells why it is tried', () => {
  const context = contextOf({ loads: measured({ a: 50 }), random: () => 0.01 })
  expect(lowestLatency(deploymentsOf({ a: {}, b: {} }), context)[0]).toMatchObject({
    deployment: { id: 'b' },
    score: null,
    why: 'tried to learn how fast it is; not measured yet, 0 in flight',
  })
})

test('where none is measured they are taken by fewest in flight, then by chance', () => {
  const context = contextOf()
  for (const count of Object.values(firstPlaces(lowestLatency, abc, context, 3_000))) {
    expect(count).toBeGreaterThan(900)
  }
  keepBusy(context.loads, 'a', 2)
  keepBusy(context.loads, 'b', 1)
  expect(idsOf(lowestLatency, abc, context)).toEqual(['c', 'b', 'a'])
})

test('one that has not been measured for a minute is tried again, however slow it was', () => {
  const clock = { now: 0 }
  const loads = createDeploymentLoads({ nowMs: () => clock.now })
  const answer = (id: string, ms: number): void => {
    const call = loads.begin(id)
    call.firstToken(ms)
    call.end(false)
  }
  answer('c', 400)
  clock.now = 59_999
  answer('a', 50)
  answer('b', 100)
  const context = contextOf({ loads, random: seededRandom(2) })
  expect(firstPlaces(lowestLatency, abc, context, 1_000)['c']).toBe(0)
  clock.now = 60_000
  const firsts = firstPlaces(lowestLatency, abc, context, 1_000)
  expect(firsts['c']).toBeGreaterThan(25)
  expect(firsts['c']).toBeLessThan(75)
})

test('one that only ever failed is not preferred to one that answers slowly', () => {
  const loads = measured({ slow: 4_000 })
  loads.begin('fails').end(true)
  const context = contextOf({ loads })
  expect(idsOf(lowestLatency, deploymentsOf({ fails: {}, slow: {} }), context)[0]).toBe('slow')
})
