// Groq's models, July 2026. Its compound systems bill the models and tools inside them, so they have no price of their own.
import { chatModel, type CatalogModel } from '../catalog-model.ts'
import { pricesFromUsdPerMillion } from '../model-prices.ts'

export const groqModels: readonly CatalogModel[] = [
  chatModel('groq', 'openai/gpt-oss-120b', 'GPT OSS 120B', {
    context: 131_072,
    output: 65_536,
    can: ['tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 0.15, output: 0.6, cachedInput: 0.075 }),
  }),
  chatModel('groq', 'openai/gpt-oss-20b', 'GPT OSS 20B', {
    context: 131_072,
    output: 65_536,
    can: ['tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 0.075, output: 0.3, cachedInput: 0.0375 }),
  }),
  chatModel('groq', 'qwen/qwen3-32b', 'Qwen3-32B', {
    context: 131_072,
    output: 40_960,
    can: ['tools', 'reasoning'],
    prices: pricesFromUsdPerMillion({ input: 0.29, output: 0.59 }),
  }),
  chatModel('groq', 'meta-llama/llama-4-scout-17b-16e-instruct', 'Llama 4 Scout 17B 16E', {
    context: 131_072,
    output: 8_192,
    can: ['images', 'tools', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 0.11, output: 0.34 }),
  }),
  chatModel('groq', 'llama-3.3-70b-versatile', 'Llama 3.3 70B', {
    context: 131_072,
    output: 32_768,
    can: ['tools', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 0.59, output: 0.79 }),
  }),
  chatModel('groq', 'llama-3.1-8b-instant', 'Llama 3.1 8B', {
    context: 131_072,
    output: 131_072,
    can: ['tools', 'prefill'],
    prices: pricesFromUsdPerMillion({ input: 0.05, output: 0.08 }),
  }),
]
