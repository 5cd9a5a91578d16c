import { expect, test } from 'vitest'
import type { CatalogProvider } from './catalog-model.ts'
import { catalogModels, findModel } from './find-model.ts'

test.each<[CatalogProvider, string, string]>([
  ['anthropic', 'claude-sonnet-4-5', 'claude-sonnet-4-5'],
  ['anthropic', 'claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
  ['anthropic', 'claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
  ['anthropic', 'claude-sonnet-4-20250514', 'claude-sonnet-4-0'],
  ['anthropic', 'claude-3-5-sonnet-latest', 'claude-3-5-sonnet'],
  ['openai', 'gpt-5-mini-2025-08-07', 'gpt-5-mini'],
  ['openai', 'gpt-4-0613', 'gpt-4'],
  ['openai', 'gpt-4o-2024-08-06', 'gpt-4o'],
  ['openai', 'gpt-5-chat-latest', 'gpt-5-chat-latest'],
  ['gemini', 'models/gemini-2.5-flash', 'gemini-2.5-flash'],
  ['gemini', 'gemini-2.0-flash-001', 'gemini-2.0-flash'],
  ['gemini', 'gemini-2.5-flash-preview-09-2025', 'gemini-2.5-flash'],
  ['groq', 'openai/gpt-oss-120b', 'openai/gpt-oss-120b'],
])('%s knows %s as %s', (provider, name, id) => {
  expect(findModel(provider, name)?.id).toBe(id)
})

test('a snapshot with prices of its own keeps them', () => {
  expect(findModel('openai', 'gpt-4o-2024-05-13')?.prices.inputPicoUsdPerToken).toBe(5_000_000n)
  expect(findModel('openai', 'gpt-4o')?.prices.inputPicoUsdPerToken).toBe(2_500_000n)
})

test.each<[CatalogProvider, string]>([
  ['openai', 'gpt-99'],
  ['openai', 'claude-sonnet-4-5'],
  ['openai', 'gpt-4o-mini-search-preview'],
  ['groq', 'groq/compound'],
  ['gemini', ''],
])('%s has no price for "%s", so it is not found', (provider, name) => {
  expect(findModel(provider, name)).toBeUndefined()
})

test('every chat model costs something and can hold an answer', () => {
  for (const model of catalogModels) {
    expect(model.prices.inputPicoUsdPerToken, model.id).toBeGreaterThan(0n)
    expect(model.contextTokens, model.id).toBeGreaterThan(0)
    if (model.kind === 'embedding') continue
    expect(model.prices.outputPicoUsdPerToken, model.id).toBeGreaterThan(0n)
    expect(model.outputTokens, model.id).toBeGreaterThan(0)
    expect(model.outputTokens, model.id).toBeLessThanOrEqual(model.contextTokens)
  }
})

test('no cached token costs more than a fresh one, and no tier is cheaper than its base', () => {
  for (const { id, prices } of catalogModels) {
    expect(prices.cachedInputPicoUsdPerToken, id).toBeLessThanOrEqual(prices.inputPicoUsdPerToken)
    for (const tier of prices.tiers) {
      expect(tier.inputPicoUsdPerToken, id).toBeGreaterThan(prices.inputPicoUsdPerToken)
      expect(tier.outputPicoUsdPerToken, id).toBeGreaterThan(prices.outputPicoUsdPerToken)
    }
  }
})

test("Claude refuses a begun answer from 4.6 on, OpenAI's models always", () => {
  expect(findModel('anthropic', 'claude-haiku-4-5')?.capabilities.prefill).toBe(true)
  expect(findModel('anthropic', 'claude-sonnet-4-6')?.capabilities.prefill).toBe(false)
  expect(findModel('anthropic', 'claude-opus-4-8')?.capabilities.prefill).toBe(false)
  expect(findModel('openai', 'gpt-5')?.capabilities.prefill).toBe(false)
})
