import { expect, test } from 'vitest'
import type { QuotaFacts } from '../quotas.ts'
import { LearnedLimit } from './learned-limit.ts'

function learn(
  facts: QuotaFacts,
  known: {
    learned?: LearnedLimit
    nowMs?: number
    replicas?: number
    isPaused?: boolean
    configured?: number
    left?: number
  } = {},
): LearnedLimit {
  const { learned = new LearnedLimit(), nowMs = 0, replicas = 1, isPaused = false } = known
  const { configured, left } = known
  const leftOf = (limit: number): number => left ?? limit
  learned.learn(facts, { nowMs, replicas, isPaused, configured, leftOf })
  return learned
}

test('a rest that is lower than what we think shrinks what is left, and grows until the reset', () => {
  const learned = learn({ limit: 100, remaining: 10, resetMs: 30_000 })
  expect(learned.waitMs(10, 0)).toBe(0)
  learned.take(10, 0)
  expect(learned.waitMs(1, 0)).toBeCloseTo(1_000 / 3)
  expect(learned.headroom(0)).toBe(0)
  expect(learned.waitMs(30, 10_000)).toBe(0)
  expect(learned.headroom(10_000)).toBeCloseTo(0.3)
  expect(learned.waitMs(100, 30_000)).toBe(0)
  expect(learned.headroom(30_000)).toBe(1)
})

test('a rest that is not lower is no news, and ends an older one that was', () => {
  const learned = learn({ limit: 100, remaining: 1 }, { configured: 100, left: 50 })
  expect(learned.headroom(0)).toBeLessThan(0.1)
  learn({ limit: 100, remaining: 60 }, { learned, configured: 100, left: 50 })
  expect(learned.headroom(0)).toBe(1)
})

test('each replica takes its share of the rest', () => {
  const learned = learn({ limit: 100, remaining: 9 }, { replicas: 3 })
  learned.take(3, 0)
  expect(learned.waitMs(1, 0)).toBeGreaterThan(0)
})

test('a configured limit is what the rest is compared with, and the rest counts without any', () => {
  expect(learn({ remaining: 5 }, { configured: 100 }).waitMs(6, 0)).toBeGreaterThan(0)
  expect(learn({ remaining: 50 }, { configured: 10 }).headroom(0)).toBe(1)
  const blind = learn({ remaining: 0, resetMs: 2_000 })
  expect([blind.waitMs(1, 0), blind.waitMs(1, 2_000)]).toEqual([2_000, 0])
})

test.each<[string, QuotaFacts]>([
  ['a limit of nothing', { limit: 0, remaining: 0 }],
  ['a limit that is no number', { limit: Number.NaN }],
  ['more left than there is', { limit: 100, remaining: 101 }],
  ['less than nothing left', { limit: 100, remaining: -1 }],
  ['a reset in 1970', { limit: 100, remaining: 0, resetMs: -1_750_000_000_000 }],
  ['a reset in years', { limit: 100, remaining: 0, resetMs: 1_750_000_000_000 }],
])('%s is not believed', (_name, facts) => {
  const learned = learn(facts)
  expect(learned.headroom(0)).toBe(1)
  expect(learned.waitMs(1_000, 0)).toBe(0)
})

test('a 429 that shows all of the limit is not believed', () => {
  const learned = learn({ limit: 100, remaining: 1 })
  learn({ limit: 100, remaining: 100 }, { learned, isPaused: true })
  expect(learned.headroom(0)).toBeLessThan(0.1)
  learn({ limit: 100, remaining: 100 }, { learned })
  expect(learned.headroom(0)).toBe(1)
})

test('a rest that is always the same refuses nothing, however much is used', () => {
  const learned = new LearnedLimit()
  for (let call = 0; call < 1_000; call++) {
    expect(learned.waitMs(1, call)).toBe(0)
    learned.take(1, call)
    learn({ limit: 100, remaining: 99 }, { learned, nowMs: call })
  }
})
