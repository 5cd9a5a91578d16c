import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '../start-simulator.ts'
import type { Simulator } from '../start-simulator.ts'
import { embeddingOf } from './bag-of-words.ts'

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
}

describe('embeddingOf', () => {
  it('makes unit vectors of the dimension asked for', () => {
    for (const text of ['hello world', '', '👍', 'a'.repeat(10_000)]) {
      expect(Math.hypot(...embeddingOf(text, 256))).toBeCloseTo(1, 9)
      expect(embeddingOf(text)).toHaveLength(1536)
    }
  })

  it('puts texts that share words near each other', () => {
    const cat = embeddingOf('The cat sat on the mat in the sun')
    const kitten = embeddingOf('A cat on a mat, asleep in the sun')
    const stocks = embeddingOf('Share prices fell sharply after the report')
    expect(cosine(cat, kitten)).toBeGreaterThan(0.4)
    expect(cosine(cat, stocks)).toBeLessThan(0.3)
  })
})

describe('OpenAI embeddings, read by the official SDK', () => {
  let simulator: Simulator
  let client: OpenAI
  beforeAll(async () => {
    simulator = await startSimulator()
    client = new OpenAI({ apiKey: 'sk-test', baseURL: `${simulator.url}/v1`, maxRetries: 0 })
  })
  afterAll(() => simulator.close())

  it('embeds several texts, by base64 as the SDK asks or as plain numbers', async () => {
    const input = ['first text', 'second text']
    const packed = await client.embeddings.create({ model: 'e', input, dimensions: 64 })
    const plain = await client.embeddings.create({
      model: 'e',
      input,
      dimensions: 64,
      encoding_format: 'float',
    })
    expect(plain.data[1]?.embedding).toEqual(embeddingOf('second text', 64))
    for (const [index, value] of (packed.data[0]?.embedding ?? []).entries()) {
      expect(value).toBeCloseTo(plain.data[0]?.embedding[index] ?? Number.NaN, 6)
    }
    expect(packed.data[0]?.embedding).toHaveLength(64)
    expect(packed.usage.prompt_tokens).toBe(4)
  })

  it('fails as told, and on an empty input', async () => {
    await expect(client.embeddings.create({ model: 'e+429', input: 'x' })).rejects.toBeInstanceOf(
      OpenAI.RateLimitError,
    )
    await expect(client.embeddings.create({ model: 'e', input: [] })).rejects.toBeInstanceOf(
      OpenAI.BadRequestError,
    )
    expect(simulator.attempts().at(-2)).toMatchObject({ endpoint: '/v1/embeddings', fault: '429' })
  })
})
