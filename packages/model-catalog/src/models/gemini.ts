// Google's Gemini models, July 2026. Audio input, which costs more with some, is not offered here.
import { chatModel, embeddingModel, type CatalogModel } from '../catalog-model.ts'
import { pricesFromUsdPerMillion } from '../model-prices.ts'

export const geminiModels: readonly CatalogModel[] = [
  chatModel('gemini', 'gemini-3.5-flash', 'Gemini 3.5 Flash', {
    context: 1_048_576,
    output: 65_536,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 1.5, output: 9, cachedInput: 0.15 }),
  }),
  chatModel('gemini', 'gemini-3.1-flash-lite', 'Gemini 3.1 Flash Lite', {
    context: 1_048_576,
    output: 65_536,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 0.25, output: 1.5, cachedInput: 0.025 }),
  }),
  chatModel('gemini', 'gemini-3.1-flash-lite-preview', 'Gemini 3.1 Flash Lite Preview', {
    context: 1_048_576,
    output: 65_536,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 0.25, output: 1.5, cachedInput: 0.025 }),
  }),
  chatModel('gemini', 'gemini-3.1-pro-preview-customtools', 'Gemini 3.1 Pro Preview Custom Tools', {
    context: 1_048_576,
    output: 65_536,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 2, output: 12, cachedInput: 0.2 }, [
      { aboveInputTokens: 200_000, input: 4, output: 18, cachedInput: 0.4 },
    ]),
  }),
  chatModel('gemini', 'gemini-3.1-pro-preview', 'Gemini 3.1 Pro Preview', {
    context: 1_048_576,
    output: 65_536,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 2, output: 12, cachedInput: 0.2 }, [
      { aboveInputTokens: 200_000, input: 4, output: 18, cachedInput: 0.4 },
    ]),
  }),
  chatModel('gemini', 'gemini-3-flash-preview', 'Gemini 3 Flash Preview', {
    context: 1_048_576,
    output: 65_536,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 0.5, output: 3, cachedInput: 0.05 }),
  }),
  chatModel('gemini', 'gemini-3-pro-preview', 'Gemini 3 Pro Preview', {
    context: 1_048_576,
    output: 65_536,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 2, output: 12, cachedInput: 0.2 }, [
      { aboveInputTokens: 200_000, input: 4, output: 18, cachedInput: 0.4 },
    ]),
  }),
  chatModel('gemini', 'gemini-flash-latest', 'Gemini Flash Latest', {
    context: 1_048_576,
    output: 65_536,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 0.3, output: 2.5, cachedInput: 0.075 }),
  }),
  chatModel('gemini', 'gemini-flash-lite-latest', 'Gemini Flash-Lite Latest', {
    context: 1_048_576,
    output: 65_536,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 0.1, output: 0.4, cachedInput: 0.025 }),
  }),
  chatModel('gemini', 'gemini-2.5-flash-lite', 'Gemini 2.5 Flash-Lite', {
    context: 1_048_576,
    output: 65_536,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 0.1, output: 0.4, cachedInput: 0.01 }),
  }),
  chatModel('gemini', 'gemini-2.5-flash', 'Gemini 2.5 Flash', {
    context: 1_048_576,
    output: 65_536,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 0.3, output: 2.5, cachedInput: 0.03 }),
  }),
  chatModel('gemini', 'gemini-2.5-pro', 'Gemini 2.5 Pro', {
    context: 1_048_576,
    output: 65_536,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 1.25, output: 10, cachedInput: 0.125 }, [
      { aboveInputTokens: 200_000, input: 2.5, output: 15, cachedInput: 0.25 },
    ]),
  }),
  chatModel('gemini', 'gemini-2.0-flash-lite', 'Gemini 2.0 Flash-Lite', {
    context: 1_048_576,
    output: 8_192,
    can: ['images', 'tools', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 0.075, output: 0.3 }),
  }),
  chatModel('gemini', 'gemini-2.0-flash', 'Gemini 2.0 Flash', {
    context: 1_048_576,
    output: 8_192,
    can: ['images', 'tools', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 0.1, output: 0.4, cachedInput: 0.025 }),
  }),
  embeddingModel('gemini', 'gemini-embedding-001', 'Gemini Embedding 001', {
    context: 2_048,
    prices: pricesFromUsdPerMillion({ input: 0.15, output: 0 }),
  }),
]
