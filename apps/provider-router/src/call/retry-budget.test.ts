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
    if (budget.withdraw(0) === 0) granted++
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
  expect(budget.withdraw(0)).toBe(0)
  expect(budget.isSpent()).toBe(true)
  expect(budget.withdraw(0)).toBeUndefined()
  now += 2_000
  expect(budget.withdraw(0)).toBe(0)
})

test('none are granted where the budget is nothing', () => {
  const budget = createRetryBudget(
    () => ({ ratio: 0, minimumPerSecond: 0 }),
    () => 0,
  )
  budget.deposit()
  expect(budget.withdraw(0)).toBeUndefined()
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
        for (let each = 0; each < retries; each++) if (budget.withdraw(0) === 0) granted++
        requests += come
        expect(granted).toBeLessThanOrEqual(requests * 0.1 + 3 + (now / 1000) * 3 + 1e-6)
      }
    }),
  )
})

test('who waits gets its own, one after the other, and what is given back is there for the next', () => {
  let now = 0
  const budget = createRetryBudget(
    () => ({ ratio: 0, minimumPerSecond: 2 }),
    () => now,
  )
  const waits = Array.from({ length: 6 }, () => budget.withdraw(1_500))
  expect(waits).toEqual([0, 0, 500, 1_000, 1_500, undefined])
  budget.giveBack()
  expect(budget.withdraw(1_500)).toBe(1_500)
  now += 1_500
  expect(budget.withdraw(0)).toBeUndefined()
  now += 500
  expect(budget.withdraw(0)).toBe(0)
})

test('with waiting, too, no more are made than the share and the minimum', () => {
  const step = fc.record({ ms: fc.nat(500), requests: fc.nat(20), retries: fc.nat(20) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      let now = 0
      const budget = createRetryBudget(
        () => ({ ratio: 0.1, minimumPerSecond: 3 }),
        () => now,
      )
      const asked: number[] = []
      const made: number[] = []
      for (const { ms, requests: come, retries } of steps) {
        now += ms
        for (let each = 0; each < come; each++) {
          budget.deposit()
          asked.push(now)
        }
        for (let each = 0; each < retries; each++) {
          const waitMs = budget.withdraw(2_000)
          if (waitMs !== undefined) made.push(now + waitMs)
        }
      }
      made.sort((a, b) => a - b)
      for (const [index, at] of made.entries()) {
        const requests = asked.filter((time) => time <= at).length
        expect(index + 1).toBeLessThanOrEqual(requests * 0.1 + 3 + (at / 1000) * 3 + 1e-6)
      }
    }),
  )
})
