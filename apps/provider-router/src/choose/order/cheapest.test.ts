import { expect, test } from 'vitest'
import { cheapest } from './cheapest.ts'
import { contextOf, deploymentsOf, idsOf, measured } from './order-under-test.ts'

const price = (input: number, output: number, cached = input) => ({
  inputUsdPerMillion: input,
  outputUsdPerMillion: output,
  cachedInputUsdPerMillion: cached,
})
const needs = (inputTokens: number) => ({ images: false, tools: false, inputTokens })

test('it is the whole request that counts, not the price of its input', () => {
  const deployments = deploymentsOf({
    'cheap-to-ask': { price: price(1, 40) },
    'cheap-to-answer': { price: price(4, 8) },
  })
  const long = contextOf({ needs: needs(100_000), expectedOutputTokens: 100 })
  expect(cheapest(deployments, long)).toMatchObject([
    { deployment: { id: 'cheap-to-ask' }, score: 104_000_000_000, why: 'about $0.104' },
    { deployment: { id: 'cheap-to-answer' }, why: 'about $0.401' },
  ])
  const talkative = contextOf({ needs: needs(100), expectedOutputTokens: 10_000 })
  expect(idsOf(cheapest, deployments, talkative)[0]).toBe('cheap-to-answer')
})

test('a price that is not known is not zero, and zero is a price', () => {
  const deployments = deploymentsOf({
    unknown: {},
    dear: { price: price(100, 100) },
    free: { price: price(0, 0) },
  })
  expect(cheapest(deployments, contextOf()).map(({ why }) => why)).toEqual([
    'about $0',
    'about $0.11',
    'price not known',
  ])
})

test('one that is too small comes after all that are not, however cheap; the least too small first', () => {
  const deployments = deploymentsOf({
    small: { price: price(0.1, 0.1), tier: 'small' },
    medium: { price: price(1, 1), tier: 'medium' },
    'large-unknown': { tier: 'large' },
    large: { price: price(20, 20), tier: 'large' },
  })
  expect(idsOf(cheapest, deployments, contextOf({ tier: 'large' }))).toEqual([
    'large',
    'large-unknown',
    'medium',
    'small',
  ])
  expect(idsOf(cheapest, deployments, contextOf({ tier: 'medium' }))[0]).toBe('medium')
  expect(idsOf(cheapest, deployments, contextOf({ tier: 'small' }))[0]).toBe('small')
  const [first] = cheapest(deployments.slice(0, 1), contextOf({ tier: 'large' }))
  expect(first?.why).toBe('about $0.00011, small, where large is needed')
})

test('a kept prompt is cheaper, so the conversation stays unless moving saves more', () => {
  const deployments = deploymentsOf({
    kept: { price: price(3, 10, 0.3) },
    other: { price: price(2, 10, 0.2) },
  })
  const request = { needs: needs(10_000), expectedOutputTokens: 100 }
  const warm = (cachedTokens: number) => ({ warm: { deploymentId: 'kept', cachedTokens } })
  expect(idsOf(cheapest, deployments, contextOf(request))[0]).toBe('other')
  expect(cheapest(deployments, contextOf({ ...request, ...warm(9_000) }))[0]).toMatchObject({
    deployment: { id: 'kept' },
    score: 6_700_000_000,
    why: 'about $0.0067, part of the prompt kept',
  })
  expect(idsOf(cheapest, deployments, contextOf({ ...request, ...warm(1_024) }))[0]).toBe('other')
})

test('no more than the whole prompt is kept', () => {
  const deployments = deploymentsOf({ kept: { price: price(3, 10, 0.3) } })
  const warm = { deploymentId: 'kept', cachedTokens: 50_000 }
  const [first] = cheapest(deployments, contextOf({ needs: needs(10_000), warm }))
  expect(first?.score).toBe(10_000 * 300_000 + 100 * 10_000_000)
})

test('who costs the same goes by latency, unmeasured last', () => {
  const same = { price: price(1, 1) }
  const deployments = deploymentsOf({ unmeasured: same, slow: same, fast: same })
  const context = contextOf({ loads: measured({ slow: 900, fast: 80 }) })
  expect(idsOf(cheapest, deployments, context)).toEqual(['fast', 'slow', 'unmeasured'])
})
