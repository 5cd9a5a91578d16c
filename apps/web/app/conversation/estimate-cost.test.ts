import { expect, test } from 'vitest'
import { estimateCost } from './estimate-cost.ts'

/** Three dollars a million tokens read, fifteen written. */
const price = { inputPicoUsdPerToken: '3000000', outputPicoUsdPerToken: '15000000' }

test('a short message costs too little to tell', () => {
  expect(estimateCost({ ...price, outputPicoUsdPerToken: '1000000' }, 0, 200)).toBeNull()
})

test('a long chat, a long message and a dear answer are told of', () => {
  expect(estimateCost(price, 100_000, 0)).toBe(100_000 * 3e6 + 800 * 15e6)
  expect(estimateCost(price, 0, 40_000)).toBe(10_000 * 3e6 + 800 * 15e6)
})
