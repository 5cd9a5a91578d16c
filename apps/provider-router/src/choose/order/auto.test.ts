import { expect, test } from 'vitest'
import type { DeploymentLoads } from '../../load/deployment-load.ts'
import { auto } from './auto.ts'
import { contextOf, deploymentsOf, idsOf, measured } from './order-under-test.ts'

const deployments = deploymentsOf({
  L1: { tier: 'large' },
  S1: { tier: 'small' },
  M1: { tier: 'medium' },
  S2: { tier: 'small' },
  M2: { tier: 'medium' },
  L2: { tier: 'large' },
})

function late(loads: DeploymentLoads, id: string, calls: number): void {
  for (let index = 0; index < calls; index++) {
    const call = loads.begin(id)
    call.firstToken(1_500)
    call.end(false)
  }
}

test.each([
  ['small', 'S1 S2 M1 M2 L1 L2'],
  ['medium', 'M1 M2 L1 L2 S1 S2'],
  ['large', 'L1 L2 M1 M2 S1 S2'],
] as const)('a %s request goes to %s', (tier, expected) => {
  expect(idsOf(auto, deployments, contextOf({ tier })).join(' ')).toBe(expected)
})

test('one that is late for small requests goes behind the others of its tier, and the trace says so', () => {
  const loads = measured({})
  late(loads, 'S1', 10)
  const ordered = auto(deployments, contextOf({ loads }))
  expect(ordered.slice(0, 3)).toMatchObject([
    { deployment: { id: 'S2' }, score: 0, why: 'small, as needed' },
    {
      deployment: { id: 'S1' },
      why: 'small, as needed, but 89 % of its answers began after a second',
    },
    { deployment: { id: 'M1' }, score: 1, why: 'medium, where small is needed' },
  ])
})

test('a late answer or two is no reason', () => {
  const loads = measured({})
  late(loads, 'S1', 2)
  expect(idsOf(auto, deployments, contextOf({ loads }))[0]).toBe('S1')
})

test('larger requests may take longer than a second', () => {
  const loads = measured({})
  late(loads, 'M1', 10)
  late(loads, 'S1', 10)
  const ids = idsOf(auto, deployments, contextOf({ loads, tier: 'medium' }))
  expect(ids.join(' ')).toBe('M1 M2 L1 L2 S1 S2')
})

const warm = (deploymentId: string) => ({ warm: { deploymentId, cachedTokens: 5_000 } })

test('a conversation stays where its prompt is kept, if that is of the needed tier', () => {
  expect(auto(deployments, contextOf(warm('S2')))[0]).toMatchObject({
    deployment: { id: 'S2' },
    why: 'small, as needed, keeps this conversation’s prompt',
  })
  expect(idsOf(auto, deployments, contextOf(warm('L2')))[0]).toBe('S1')
  expect(idsOf(auto, deployments, contextOf({ ...warm('S2'), tier: 'large' }))[0]).toBe('L1')
})

test('it does not stay with one that fails or is late', () => {
  const loads = measured({})
  late(loads, 'S2', 10)
  expect(idsOf(auto, deployments, contextOf({ ...warm('S2'), loads }))[0]).toBe('S1')
  const breakerWeight = (id: string): number => (id === 'S2' ? 0.9 : 1)
  expect(idsOf(auto, deployments, contextOf({ ...warm('S2'), breakerWeight }))[0]).toBe('S1')
})
