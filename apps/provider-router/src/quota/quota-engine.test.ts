import { expect, test } from 'vitest'
import { isReservation, quotasUnderTest, scopeOf } from './quotas-under-test.ts'
import type { QuotasUnderTest } from './quotas-under-test.ts'
import type { SharedBooks } from './shared/shared-books.ts'

const away: SharedBooks = {
  isReachable: false,
  exchange: () => Promise.reject(new Error('away')),
  record: () => Promise.reject(new Error('away')),
}
const silent: SharedBooks = {
  isReachable: true,
  exchange: () => new Promise(() => {}),
  record: () => new Promise(() => {}),
}
const at = (books: SharedBooks, replicas = 1): QuotasUnderTest =>
  quotasUnderTest({ replicas, books: () => books, answered: async () => {} })

test('without Redis a minute is any minute, and what is given back is there again', async () => {
  const world = at(away)
  const [quotas] = world.replicas as [QuotasUnderTest['replicas'][0]]
  const scope = scopeOf({ requestsPerMinute: 50, tokensPerMinute: 1_000 })
  const held = Array.from({ length: 60 }, () => quotas.reserve([scope], 10)).filter(isReservation)
  expect(held).toHaveLength(50)
  expect(quotas.headroom([scope])).toBe(0)
  for (const each of held.slice(0, 10)) each.settle(undefined)
  expect(quotas.headroom([scope])).toBeCloseTo(0.2)
  held[10]!.settle(500)
  expect(quotas.refusal([scope], 200)).toMatchObject({ kind: 'tokens' })
  const refusal = quotas.refusal([scope], 200)!
  await world.pass(refusal.retryAfterMs)
  expect(quotas.refusal([scope], 200)).toBeUndefined()
})

test('a Redis that says nothing is not waited for: each replica has its fair share', async () => {
  const world = at(silent, 2)
  const [quotas] = world.replicas as [QuotasUnderTest['replicas'][0]]
  const scope = scopeOf({ requestsPerMinute: 1_000 })
  const reserve = (): number =>
    Array.from({ length: 1_000 }, () => quotas.reserve([scope], 1)).filter(isReservation).length
  const atOnce = reserve()
  expect(atOnce).toBe(25)
  await world.exchange()
  await world.pass(51)
  expect(atOnce + reserve()).toBe(500)
})

test('settling twice gives one call’s place back', () => {
  const [quotas] = at(away).replicas as [QuotasUnderTest['replicas'][0]]
  const scope = scopeOf({ concurrency: 2 })
  const [first, second] = [quotas.reserve([scope], 1), quotas.reserve([scope], 1)]
  if (!isReservation(first) || !isReservation(second)) throw new Error('refused')
  first.settle(1)
  first.settle(1)
  first.settle(undefined)
  expect(isReservation(quotas.reserve([scope], 1))).toBe(true)
  expect(quotas.reserve([scope], 1)).toMatchObject({ kind: 'concurrency' })
})

test('an estimate that is no number counts as one token, a count that is none as the estimate', () => {
  const [quotas] = at(away).replicas as [QuotasUnderTest['replicas'][0]]
  const scope = scopeOf({ tokensPerMinute: 100 })
  const first = quotas.reserve([scope], Number.NaN)
  const second = quotas.reserve([scope], 49)
  if (!isReservation(first) || !isReservation(second)) throw new Error('refused')
  second.settle(Number.NaN)
  expect(quotas.headroom([scope])).toBe(0.5)
})

test('what the provider says is left bounds what is used until the reset', async () => {
  const world = at(away)
  const [quotas] = world.replicas as [QuotasUnderTest['replicas'][0]]
  const scope = scopeOf({ requestsPerMinute: 100 })
  quotas.learn(scope, { requests: { limit: 100, remaining: 3, resetMs: 20_000 } })
  const admitted = (): number =>
    Array.from({ length: 200 }, () => quotas.reserve([scope], 1)).filter(isReservation).length
  expect(admitted()).toBe(3)
  await world.pass(20_000)
  expect(admitted()).toBe(97)
})

test('scopes without limits cost nothing and refuse nothing', () => {
  const [quotas] = at(away).replicas as [QuotasUnderTest['replicas'][0]]
  expect(quotas.headroom([])).toBe(1)
  expect(isReservation(quotas.reserve([], 1_000_000))).toBe(true)
  expect(quotas.refusal([scopeOf(undefined), scopeOf({}, 'other')], 1_000_000)).toBeUndefined()
  expect(quotas.headroom([scopeOf(undefined)])).toBe(1)
})
