import { expect, test } from 'vitest'
import { costPicoUsd } from './cost.ts'
import { pricesFromUsdPerMillion } from './model-prices.ts'

const prices = pricesFromUsdPerMillion({ input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 })
const nothing = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0 }

test('a million tokens cost what the price list prints', () => {
  expect(costPicoUsd(prices, { ...nothing, inputTokens: 1_000_000 })).toBe(3_000_000_000_000n)
  expect(costPicoUsd(prices, { ...nothing, outputTokens: 1_000_000 })).toBe(15_000_000_000_000n)
})

test('cached and written tokens are part of the input and priced apart, never twice', () => {
  const usage = {
    inputTokens: 1000,
    cachedInputTokens: 600,
    cacheWriteTokens: 300,
    outputTokens: 10,
  }
  const expected = 100n * 3_000_000n + 600n * 300_000n + 300n * 3_750_000n + 10n * 15_000_000n
  expect(costPicoUsd(prices, usage)).toBe(expected)
})

test('what is kept for an hour costs twice what input costs, at every length', () => {
  const usage = { ...nothing, inputTokens: 300, cacheWriteTokens: 300, hourCacheWriteTokens: 200 }
  expect(costPicoUsd(prices, usage)).toBe(100n * 3_750_000n + 200n * 6_000_000n)
  expect(() => costPicoUsd(prices, { ...usage, hourCacheWriteTokens: 301 })).toThrow(RangeError)
})

test('cached input without a price of its own costs what input costs', () => {
  const plain = pricesFromUsdPerMillion({ input: 0.59, output: 0.79 })
  const usage = { ...nothing, inputTokens: 100, cachedInputTokens: 40 }
  expect(costPicoUsd(plain, usage)).toBe(59_000_000n)
})

test('more cached than input tokens is never paid back', () => {
  const usage = { ...nothing, inputTokens: 10, cachedInputTokens: 50 }
  expect(costPicoUsd(prices, usage)).toBe(50n * 300_000n)
})

test('a long request pays the higher tier for every token, from one token above the limit on', () => {
  const tiered = pricesFromUsdPerMillion({ input: 2, output: 12, cachedInput: 0.2 }, [
    { aboveInputTokens: 200_000, input: 4, output: 18, cachedInput: 0.4 },
  ])
  const at = (inputTokens: number) =>
    costPicoUsd(tiered, { ...nothing, inputTokens, outputTokens: 1 })
  expect(at(200_000)).toBe(200_000n * 2_000_000n + 12_000_000n)
  expect(at(200_001)).toBe(200_001n * 4_000_000n + 18_000_000n)
})

test('sub-cent prices are exact', () => {
  expect(pricesFromUsdPerMillion({ input: 0.0375, output: 0.005 })).toMatchObject({
    inputPicoUsdPerToken: 37_500n,
    outputPicoUsdPerToken: 5_000n,
  })
})

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 0.000_000_1])('%d is no price', (input) => {
  expect(() => pricesFromUsdPerMillion({ input, output: 1 })).toThrow(RangeError)
})

test('counts below zero are refused', () => {
  expect(() => costPicoUsd(prices, { ...nothing, outputTokens: -1 })).toThrow(RangeError)
})
