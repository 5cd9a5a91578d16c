import { expect, test } from 'vitest'
import { geographic } from './geographic.ts'
import { contextOf, deploymentsOf, idsOf, measured } from './order-under-test.ts'

const roundTripsMs = {
  eu: { eu: 10, 'us-east': 90, 'us-west': 150, asia: 200 },
  asia: { eu: 200, 'us-west': 120, asia: 10 },
}
const world = deploymentsOf({
  nowhere: {},
  asia: { region: 'asia' },
  'us-east': { region: 'us-east' },
  'us-west': { region: 'us-west' },
  eu: { region: 'eu' },
})

test('the caller’s own region, then the nearest, then those whose distance is not known', () => {
  const context = contextOf({ callerRegion: 'eu', roundTripsMs })
  expect(idsOf(geographic, world, context)).toEqual(['eu', 'us-east', 'us-west', 'asia', 'nowhere'])
  const elsewhere = contextOf({ callerRegion: 'asia', roundTripsMs })
  expect(idsOf(geographic, world, elsewhere)).toEqual([
    'asia',
    'us-west',
    'eu',
    'nowhere',
    'us-east',
  ])
})

test('the own region goes first without a table too', () => {
  expect(idsOf(geographic, world, contextOf({ callerRegion: 'us-west' }))[0]).toBe('us-west')
})

test('the own region stays first where its connection is slow', () => {
  const deployments = deploymentsOf({ near: { region: 'near' }, eu: { region: 'eu' } })
  const context = contextOf({
    callerRegion: 'eu',
    roundTripsMs: { eu: { eu: 10, near: 20 } },
    measuredRoundTripMs: (id) => (id === 'eu' ? 500 : 20),
  })
  expect(geographic(deployments, context).map(({ score }) => score)).toEqual([40, 20])
})

test('a caller who does not say where he is counts as near this replica', () => {
  const context = contextOf({ replicaRegion: 'asia', roundTripsMs })
  expect(idsOf(geographic, world, context)[0]).toBe('asia')
})

test('what this replica measures corrects the table', () => {
  const measuredRoundTripMs = (id: string): number | undefined =>
    ({ 'us-east': 360, 'us-west': 150 })[id]
  const context = contextOf({
    callerRegion: 'eu',
    replicaRegion: 'eu',
    roundTripsMs,
    measuredRoundTripMs,
  })
  expect(geographic(world, context)).toMatchObject([
    { deployment: { id: 'eu' }, why: 'eu, the caller’s own region' },
    { deployment: { id: 'us-west' }, score: 150, why: 'us-west, 150 ms away' },
    { deployment: { id: 'asia' }, score: 200 },
    { deployment: { id: 'us-east' }, score: 360 },
    { deployment: { id: 'nowhere' }, score: null, why: 'region not known, round trip not known' },
  ])
})

test('a replica’s measurement is compared with its own row, not with the caller’s', () => {
  const context = contextOf({
    callerRegion: 'asia',
    replicaRegion: 'eu',
    roundTripsMs,
    // As expected from eu: no reason to correct what is expected from asia.
    measuredRoundTripMs: (id) => ({ eu: 10, asia: 200, 'us-west': 150 })[id],
  })
  expect(geographic(world, context).map(({ score }) => score)).toEqual([10, 120, 200, null, null])
})

test('a connection that ends at an edge near by brings a far region no nearer than half', () => {
  const context = contextOf({
    callerRegion: 'eu',
    replicaRegion: 'eu',
    roundTripsMs,
    measuredRoundTripMs: () => 1,
  })
  expect(geographic(world, context).map(({ score }) => score)).toEqual([5, 45, 75, 100, null])
})

test('of two equally near the faster goes first, and one not measured after both', () => {
  const deployments = deploymentsOf({
    unknown: { region: 'eu' },
    slow: { region: 'eu' },
    fast: { region: 'eu' },
  })
  const loads = measured({ slow: 900, fast: 80 })
  const measuredRoundTripMs = (id: string): number => (id === 'fast' ? 13 : 11)
  const context = contextOf({ callerRegion: 'eu', roundTripsMs, loads, measuredRoundTripMs })
  expect(idsOf(geographic, deployments, context)).toEqual(['fast', 'slow', 'unknown'])
})
