import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRetryBudget } from './retry-budget.ts'

test('retries are a tenth of the requests, and a few a second anyway', () => {
  let now = 0
  const budget = createRetryBudget(
    () => ({ ratio: 0.1, minimumPerSecond: 2 }),
    () => now,
  )
  let granted = 0
  for (let request = 0; request < 1_000; request++) {
    now += 1
    budget.deposit()
    if (budget.withdraw()) granted++
  }
  expect(granted).toBeGreaterThanOrEqual(95)
  expect(granted).toBeLessThanOrEqual(100 + 2 + 2)
})

test('a quiet router can retry', () => {
  let now = 0
  const budget = createRetryBudget(
    () => ({ ratio: 0.1, minimumPerSecond: 0.5 }),
    () => now,
  )
  budget.deposit()
  expect(budget.isSpent()).toBe(false)
  expect(budget.withdraw()).toBe(true)
  expect(budget.isSpent()).toBe(true)
  expect(budget.withdraw()).toBe(false)
  now += 2_000
  expect(budget.withdraw()).toBe(true)
})

test('none are granted where the budget is nothing', () => {
  const budget = createRetryBudget(
    () => ({ ratio: 0, minimumPerSecond: 0 }),
    () => 0,
  )
  budget.deposit()
  expect(budget.withdraw()).toBe(false)
})

test('no order of requests and retries gets more than the share and the minimum', () => {
  const step = fc.record({ ms: fc.nat(500), requests: fc.nat(20), retries: fc.nat(20) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      let now = 0
      const budget = createRetryBudget(
        () => ({ ratio: 0.1, minimumPerSecond: 3 }),
        () => now,
      )
      let requests = 0
      let granted = 0
      for (const { ms, requests: come, retries } of steps) {
        now += ms
        for (let each = 0; each < come; each++) budget.deposit()
        for (let each = 0; each < retries; each++) if (budget.withdraw()) granted++
        requests += come
        expect(granted).toBeLessThanOrEqual(requests * 0.1 + 3 + (now / 1000) * 3 + 1e-6)
      }
    }),
  )
})
