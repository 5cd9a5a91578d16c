// Anthropic's models, July 2026. From 4.6 on they refuse a last message of the assistant's own.
import { chatModel, type CatalogModel } from '../catalog-model.ts'
import { pricesFromUsdPerMillion } from '../model-prices.ts'

export const anthropicModels: readonly CatalogModel[] = [
  chatModel('anthropic', 'claude-sonnet-5', 'Claude Sonnet 5', {
    context: 1_000_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 2, output: 10, cachedInput: 0.2, cacheWrite: 2.5 }),
  }),
  chatModel('anthropic', 'claude-fable-5', 'Claude Fable 5', {
    context: 1_000_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 10, output: 50, cachedInput: 1, cacheWrite: 12.5 }),
  }),
  chatModel('anthropic', 'claude-opus-4-8', 'Claude Opus 4.8', {
    context: 1_000_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 5, output: 25, cachedInput: 0.5, cacheWrite: 6.25 }),
  }),
  chatModel('anthropic', 'claude-opus-4-7', 'Claude Opus 4.7', {
    context: 1_000_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 5, output: 25, cachedInput: 0.5, cacheWrite: 6.25 }),
  }),
  chatModel('anthropic', 'claude-sonnet-4-6', 'Claude Sonnet 4.6', {
    context: 1_000_000,
    output: 64_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 }),
  }),
  chatModel('anthropic', 'claude-opus-4-6', 'Claude Opus 4.6', {
    context: 1_000_000,
    output: 128_000,
    can: ['images', 'tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 5, output: 25, cachedInput: 0.5, cacheWrite: 6.25 }),
  }),
  chatModel('anthropic', 'claude-opus-4-5', 'Claude Opus 4.5', {
    context: 200_000,
    output: 64_000,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 5, output: 25, cachedInput: 0.5, cacheWrite: 6.25 }),
  }),
  chatModel('anthropic', 'claude-haiku-4-5', 'Claude Haiku 4.5', {
    context: 200_000,
    output: 64_000,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 1, output: 5, cachedInput: 0.1, cacheWrite: 1.25 }),
  }),
  chatModel('anthropic', 'claude-sonnet-4-5', 'Claude Sonnet 4.5', {
    context: 200_000,
    output: 64_000,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 }),
  }),
  chatModel('anthropic', 'claude-opus-4-1', 'Claude Opus 4.1', {
    context: 200_000,
    output: 32_000,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 15, output: 75, cachedInput: 1.5, cacheWrite: 18.75 }),
  }),
  chatModel('anthropic', 'claude-opus-4-0', 'Claude Opus 4', {
    context: 200_000,
    output: 32_000,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    aliases: ['claude-opus-4'],
    prices: pricesFromUsdPerMillion({ input: 15, output: 75, cachedInput: 1.5, cacheWrite: 18.75 }),
  }),
  chatModel('anthropic', 'claude-sonnet-4-0', 'Claude Sonnet 4', {
    context: 200_000,
    output: 64_000,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    aliases: ['claude-sonnet-4'],
    prices: pricesFromUsdPerMillion({ input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 }),
  }),
  chatModel('anthropic', 'claude-3-7-sonnet', 'Claude Sonnet 3.7', {
    context: 200_000,
    output: 64_000,
    can: ['images', 'tools', 'reasoning', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 }),
  }),
  chatModel('anthropic', 'claude-3-5-sonnet', 'Claude Sonnet 3.5', {
    context: 200_000,
    output: 8_192,
    can: ['images', 'tools', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 }),
  }),
  chatModel('anthropic', 'claude-3-haiku', 'Claude Haiku 3', {
    context: 200_000,
    output: 4_096,
    can: ['images', 'tools', 'prefill'],
    prices: pricesFromUsdPerMillion({
      input: 0.25,
      output: 1.25,
      cachedInput: 0.03,
      cacheWrite: 0.3,
    }),
  }),
  chatModel('anthropic', 'claude-3-sonnet', 'Claude Sonnet 3', {
    context: 200_000,
    output: 4_096,
    can: ['images', 'tools', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 3, output: 15, cachedInput: 0.3, cacheWrite: 0.3 }),
  }),
  chatModel('anthropic', 'claude-3-opus', 'Claude Opus 3', {
    context: 200_000,
    output: 4_096,
    can: ['images', 'tools', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 15, output: 75, cachedInput: 1.5, cacheWrite: 18.75 }),
  }),
]
