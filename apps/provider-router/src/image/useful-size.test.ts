import { expect, test } from 'vitest'
import { scaledSize } from './scaled-size.ts'
import { usefulSize } from './useful-size.ts'
import type { Detail } from './useful-size.ts'

/** A photograph of a telephone, 12 megapixels. */
const PHOTOGRAPH = { width: 4032, height: 3024 }

test.each([
  ['openai', 'gpt-4o', 'auto', 1024, 768],
  ['openai', 'gpt-4.1-2025-04-14', 'high', 1024, 768],
  ['openai', 'gpt-5', 'auto', 1024, 768],
  ['openai', 'gpt-5-2025-08-07', 'auto', 1024, 768],
  ['openai', 'gpt-5.1', 'auto', 1024, 768],
  ['openai', 'o3', 'auto', 1024, 768],
  ['openai', 'gpt-4.1', 'low', 512, 384],
  ['openai', 'gpt-4.1-mini', 'auto', 1448, 1086],
  ['openai', 'gpt-5-nano', 'high', 1448, 1086],
  ['openai', 'gpt-5.4-mini', 'original', 1448, 1086],
  ['openai', 'gpt-5.2', 'auto', 1448, 1086],
  ['openai', 'o4-mini', 'auto', 1448, 1086],
  ['openai', 'gpt-5.4', 'auto', 1847, 1385],
  ['openai', 'gpt-5.4', 'original', 3695, 2771],
  ['openai', 'gpt-5.5', 'high', 1847, 1385],
  ['openai', 'gpt-5.5', 'auto', 3695, 2771],
  ['openai', 'gpt-5.6', 'auto', 4032, 3024],
  ['openai', 'gpt-6', 'high', 1847, 1385],
  ['openai', 'qwen3-vl:8b', 'low', 4032, 3024],
  ['anthropic', 'claude-haiku-4-5', 'auto', 1238, 928],
  ['anthropic', 'claude-sonnet-4-5-20250929', 'auto', 1238, 928],
  ['anthropic', 'claude-sonnet-4-20250514', 'auto', 1238, 928],
  ['anthropic', 'claude-3-5-sonnet-latest', 'auto', 1238, 928],
  ['anthropic', 'claude-opus-4-7', 'auto', 2236, 1677],
  ['anthropic', 'claude-sonnet-5', 'auto', 2236, 1677],
  ['gemini', 'gemini-2.5-flash', 'auto', 3072, 2304],
  ['groq', 'meta-llama/llama-4-scout-17b-16e-instruct', 'auto', 4032, 3024],
] as const)(
  '%s looks with %s at an image in detail %s of %i × %i',
  (kind, model, detail, width, height) => {
    const useful = usefulSize(kind, model, detail satisfies Detail)
    expect(scaledSize(PHOTOGRAPH, useful)).toEqual({ width, height })
  },
)

test('providers with a limit on files have it', () => {
  expect(usefulSize('anthropic', 'claude-opus-4-7', 'auto').fileBytes).toBeLessThan(4_000_000)
  expect(usefulSize('gemini', 'gemini-2.5-pro', 'auto').fileBytes).toBe(7_000_000)
  expect(usefulSize('groq', 'any', 'auto').requestBytes).toBeLessThan(3_000_000)
})
