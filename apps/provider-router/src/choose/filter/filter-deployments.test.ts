import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deploymentsOf } from '../order/order-under-test.ts'
import { filterDeployments } from './filter-deployments.ts'
import type { DeploymentNeeds } from './obstacle.ts'

const deployments = deploymentsOf({
  unknown: {},
  blind: { capabilities: { images: false, tools: true }, contextTokens: 100_000 },
  able: { capabilities: { images: true, tools: true }, contextTokens: 8_000 },
  bare: { capabilities: { images: true, tools: false } },
  eu: { residency: ['eu'] },
  'eu-and-us': { residency: ['eu', 'us'], contextTokens: 4_000 },
})

function filtered(more: Partial<DeploymentNeeds>): ReturnType<typeof filterDeployments> {
  return filterDeployments(deployments, {
    images: false,
    tools: false,
    inputTokens: 1_000,
    outputTokens: undefined,
    residency: undefined,
    ...more,
  })
}

const kept = (more: Partial<DeploymentNeeds>): string[] => filtered(more).kept.map(({ id }) => id)

test('without needs all are kept, in the order given', () => {
  expect(filtered({})).toEqual({ kept: deployments, dropped: [] })
})

test('only what is known to be missing rules out', () => {
  expect(kept({ images: true })).toEqual(['unknown', 'able', 'bare', 'eu', 'eu-and-us'])
  expect(kept({ tools: true })).toEqual(['unknown', 'blind', 'able', 'eu', 'eu-and-us'])
})

test('the trace tells who was dropped and why', () => {
  const { dropped } = filtered({ images: true, inputTokens: 3_000, outputTokens: 2_000 })
  expect(dropped.map(({ deployment, why }) => `${deployment.id}: ${why}`)).toEqual([
    'blind: takes no images',
    'eu-and-us: holds 4000 tokens, of about 5000',
  ])
})

test('question and asked answer must fit together, to the token', () => {
  expect(kept({ inputTokens: 4_000 })).toContain('eu-and-us')
  expect(kept({ inputTokens: 4_001 })).not.toContain('eu-and-us')
  expect(kept({ inputTokens: 3_000, outputTokens: 1_000 })).toContain('eu-and-us')
  expect(kept({ inputTokens: 3_000, outputTokens: 1_001 })).not.toContain('eu-and-us')
})

test('what is too long for all that are left goes to all of them: their own count decides', () => {
  const needs = { residency: ['us'], inputTokens: 1_000_000 }
  expect(filtered(needs).kept.map(({ id }) => id)).toEqual(['eu-and-us'])
  expect(filtered(needs).dropped.map(({ deployment }) => deployment.id)).not.toContain('eu-and-us')
})

test('a request that names regions goes to nobody who does not promise one of them', () => {
  expect(kept({ residency: ['eu'] })).toEqual(['eu', 'eu-and-us'])
  expect(kept({ residency: ['us', 'asia'] })).toEqual(['eu-and-us'])
  expect(filtered({ residency: ['us'] }).dropped).toContainEqual({
    deployment: deployments[4],
    why: 'promises eu, and us is allowed',
  })
})

test('where nobody promises it, nobody is left', () => {
  const { kept, dropped } = filtered({ residency: ['asia'] })
  expect(kept).toEqual([])
  expect(dropped).toHaveLength(deployments.length)
  expect(dropped[0]?.why).toBe('promises no region, and asia is allowed')
  expect(filtered({ residency: [] }).kept).toEqual([])
})

test('whatever is asked for, residency holds and everybody is either kept or dropped', () => {
  const region = fc.constantFrom('eu', 'us', 'asia')
  const needs = fc.record({
    images: fc.boolean(),
    tools: fc.boolean(),
    inputTokens: fc.nat(200_000),
    outputTokens: fc.option(fc.nat(10_000), { nil: undefined }),
    residency: fc.option(fc.array(region, { maxLength: 3 }), { nil: undefined }),
  })
  fc.assert(
    fc.property(needs, (asked) => {
      const { kept, dropped } = filterDeployments(deployments, asked)
      const all = [...kept, ...dropped.map(({ deployment }) => deployment)]
      expect(all.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
        deployments.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      )
      for (const { provider } of kept) {
        const residency: readonly string[] | undefined = asked.residency
        if (residency === undefined) continue
        expect(provider.input.residency.some((each) => residency.includes(each))).toBe(true)
      }
    }),
  )
})
