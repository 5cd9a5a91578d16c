// OpenAI's models, July 2026. None continues a given beginning of its answer.
import { chatModel, embeddingModel, type CatalogModel } from '../catalog-model.ts'
import { pricesFromUsdPerMillion } from '../model-prices.ts'

export const openaiModels: readonly CatalogModel[] = [
  chatModel('openai', 'gpt-5.5-pro', 'GPT-5.5 Pro', {
    context: 1_050_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 30, output: 180 }, [
      { aboveInputTokens: 272_000, input: 60, output: 270 },
    ]),
  }),
  chatModel('openai', 'gpt-5.5', 'GPT-5.5', {
    context: 1_050_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 5, output: 30, cachedInput: 0.5 }, [
      { aboveInputTokens: 272_000, input: 10, output: 45, cachedInput: 1 },
    ]),
  }),
  chatModel('openai', 'gpt-5.4-mini', 'GPT-5.4 mini', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 0.75, output: 4.5, cachedInput: 0.075 }),
  }),
  chatModel('openai', 'gpt-5.4-nano', 'GPT-5.4 nano', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 0.2, output: 1.25, cachedInput: 0.02 }),
  }),
  chatModel('openai', 'gpt-5.4-pro', 'GPT-5.4 Pro', {
    context: 1_050_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 30, output: 180 }, [
      { aboveInputTokens: 272_000, input: 60, output: 270 },
    ]),
  }),
  chatModel('openai', 'gpt-5.4', 'GPT-5.4', {
    context: 1_050_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 2.5, output: 15, cachedInput: 0.25 }, [
      { aboveInputTokens: 272_000, input: 5, output: 22.5, cachedInput: 0.5 },
    ]),
  }),
  chatModel('openai', 'gpt-5.3-chat-latest', 'GPT-5.3 Chat', {
    context: 128_000,
    output: 16_384,
    can: ['images', 'tools'],
    prices: pricesFromUsdPerMillion({ input: 1.75, output: 14, cachedInput: 0.175 }),
  }),
  chatModel('openai', 'gpt-5.3-codex-spark', 'GPT-5.3 Codex Spark', {
    context: 128_000,
    output: 32_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.75, output: 14, cachedInput: 0.175 }),
  }),
  chatModel('openai', 'gpt-5.3-codex', 'GPT-5.3 Codex', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.75, output: 14, cachedInput: 0.175 }),
  }),
  chatModel('openai', 'gpt-5.2-chat-latest', 'GPT-5.2 Chat', {
    context: 128_000,
    output: 16_384,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.75, output: 14, cachedInput: 0.175 }),
  }),
  chatModel('openai', 'gpt-5.2-codex', 'GPT-5.2 Codex', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.75, output: 14, cachedInput: 0.175 }),
  }),
  chatModel('openai', 'gpt-5.2-pro', 'GPT-5.2 Pro', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 21, output: 168 }),
  }),
  chatModel('openai', 'gpt-5.2', 'GPT-5.2', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.75, output: 14, cachedInput: 0.175 }),
  }),
  chatModel('openai', 'gpt-5.1-chat-latest', 'GPT-5.1 Chat', {
    context: 128_000,
    output: 16_384,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.25, output: 10, cachedInput: 0.125 }),
  }),
  chatModel('openai', 'gpt-5.1-codex-max', 'GPT-5.1 Codex Max', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.25, output: 10, cachedInput: 0.125 }),
  }),
  chatModel('openai', 'gpt-5.1-codex-mini', 'GPT-5.1 Codex mini', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 0.25, output: 2, cachedInput: 0.025 }),
  }),
  chatModel('openai', 'gpt-5.1-codex', 'GPT-5.1 Codex', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.25, output: 10, cachedInput: 0.125 }),
  }),
  chatModel('openai', 'gpt-5.1', 'GPT-5.1', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.25, output: 10, cachedInput: 0.125 }),
  }),
  chatModel('openai', 'gpt-5-pro', 'GPT-5 Pro', {
    context: 400_000,
    output: 272_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 15, output: 120 }),
  }),
  chatModel('openai', 'gpt-5-codex', 'GPT-5-Codex', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.25, output: 10, cachedInput: 0.125 }),
  }),
  chatModel('openai', 'gpt-5-chat-latest', 'GPT-5 Chat', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.25, output: 10, cachedInput: 0.125 }),
  }),
  chatModel('openai', 'gpt-5-mini', 'GPT-5 Mini', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 0.25, output: 2, cachedInput: 0.025 }),
  }),
  chatModel('openai', 'gpt-5-nano', 'GPT-5 Nano', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 0.05, output: 0.4, cachedInput: 0.005 }),
  }),
  chatModel('openai', 'gpt-5', 'GPT-5', {
    context: 400_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.25, output: 10, cachedInput: 0.125 }),
  }),
  chatModel('openai', 'o3-pro', 'o3-pro', {
    context: 200_000,
    output: 100_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 20, output: 80 }),
  }),
  chatModel('openai', 'o3', 'o3', {
    context: 200_000,
    output: 100_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 2, output: 8, cachedInput: 0.5 }),
  }),
  chatModel('openai', 'o4-mini', 'o4-mini', {
    context: 200_000,
    output: 100_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.1, output: 4.4, cachedInput: 0.275 }),
  }),
  chatModel('openai', 'gpt-4.1-mini', 'GPT-4.1 mini', {
    context: 1_047_576,
    output: 32_768,
    can: ['images', 'tools'],
    prices: pricesFromUsdPerMillion({ input: 0.4, output: 1.6, cachedInput: 0.1 }),
  }),
  chatModel('openai', 'gpt-4.1-nano', 'GPT-4.1 nano', {
    context: 1_047_576,
    output: 32_768,
    can: ['images', 'tools'],
    prices: pricesFromUsdPerMillion({ input: 0.1, output: 0.4, cachedInput: 0.025 }),
  }),
  chatModel('openai', 'gpt-4.1', 'GPT-4.1', {
    context: 1_047_576,
    output: 32_768,
    can: ['images', 'tools'],
    prices: pricesFromUsdPerMillion({ input: 2, output: 8, cachedInput: 0.5 }),
  }),
  chatModel('openai', 'o1-pro', 'o1-pro', {
    context: 200_000,
    output: 100_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 150, output: 600 }),
  }),
  chatModel('openai', 'o3-mini', 'o3-mini', {
    context: 200_000,
    output: 100_000,
    can: ['tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 1.1, output: 4.4, cachedInput: 0.55 }),
  }),
  chatModel('openai', 'o1', 'o1', {
    context: 200_000,
    output: 100_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 15, output: 60, cachedInput: 7.5 }),
  }),
  chatModel('openai', 'gpt-4o-mini', 'GPT-4o mini', {
    context: 128_000,
    output: 16_384,
    can: ['images', 'tools'],
    prices: pricesFromUsdPerMillion({ input: 0.15, output: 0.6, cachedInput: 0.075 }),
  }),
  chatModel('openai', 'o3-deep-research', 'o3-deep-research', {
    context: 200_000,
    output: 100_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 10, output: 40, cachedInput: 2.5 }),
  }),
  chatModel('openai', 'o4-mini-deep-research', 'o4-mini-deep-research', {
    context: 200_000,
    output: 100_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 2, output: 8, cachedInput: 0.5 }),
  }),
  chatModel('openai', 'gpt-4o-2024-05-13', 'GPT-4o (2024-05-13)', {
    context: 128_000,
    output: 4_096,
    can: ['images', 'tools'],
    prices: pricesFromUsdPerMillion({ input: 5, output: 15 }),
  }),
  chatModel('openai', 'gpt-4o', 'GPT-4o', {
    context: 128_000,
    output: 16_384,
    can: ['images', 'tools'],
    prices: pricesFromUsdPerMillion({ input: 2.5, output: 10, cachedInput: 1.25 }),
  }),
  chatModel('openai', 'gpt-4-turbo', 'GPT-4 Turbo', {
    context: 128_000,
    output: 4_096,
    can: ['images', 'tools'],
    prices: pricesFromUsdPerMillion({ input: 10, output: 30 }),
  }),
  chatModel('openai', 'gpt-4', 'GPT-4', {
    context: 8_192,
    output: 8_192,
    can: ['tools'],
    prices: pricesFromUsdPerMillion({ input: 30, output: 60 }),
  }),
  chatModel('openai', 'gpt-3.5-turbo', 'GPT-3.5-turbo', {
    context: 16_385,
    output: 4_096,
    can: [],
    prices: pricesFromUsdPerMillion({ input: 0.5, output: 1.5 }),
  }),
  embeddingModel('openai', 'text-embedding-3-large', 'text-embedding-3-large', {
    context: 8_191,
    prices: pricesFromUsdPerMillion({ input: 0.13, output: 0 }),
  }),
  embeddingModel('openai', 'text-embedding-3-small', 'text-embedding-3-small', {
    context: 8_191,
    prices: pricesFromUsdPerMillion({ input: 0.02, output: 0 }),
  }),
  embeddingModel('openai', 'text-embedding-ada-002', 'text-embedding-ada-002', {
    context: 8_192,
    prices: pricesFromUsdPerMillion({ input: 0.1, output: 0 }),
  }),
]
