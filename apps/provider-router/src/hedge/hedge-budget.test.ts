import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHedgeBudget } from './hedge-budget.ts'

test('at any time no more than the share of the requests has been hedged', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.boolean(), { maxLength: 500 }),
      (ratio, wantsHedge) => {
        const budget = createHedgeBudget(() => ratio)
        let hedged = 0
        for (const [index, wants] of wantsHedge.entries()) {
          budget.deposit()
          if (wants && budget.withdraw()) hedged++
          expect(hedged).toBeLessThanOrEqual((index + 1) * ratio + 1e-9)
        }
      },
    ),
  )
})

test('of a twentieth, every twentieth request is hedged where all want it', () => {
  const budget = createHedgeBudget(() => 0.05)
  let hedged = 0
  for (let request = 0; request < 1_000; request++) {
    budget.deposit()
    const isSpent = budget.isSpent()
    const got = budget.withdraw()
    expect(got).toBe(!isSpent)
    if (got) hedged++
  }
  expect(hedged).toBeGreaterThanOrEqual(47)
  expect(hedged).toBeLessThanOrEqual(50)
})

test('what is saved up in good times is bounded', () => {
  const budget = createHedgeBudget(() => 0.5)
  for (let request = 0; request < 1_000; request++) budget.deposit()
  let hedged = 0
  while (budget.withdraw()) hedged++
  expect(hedged).toBe(10)
})
