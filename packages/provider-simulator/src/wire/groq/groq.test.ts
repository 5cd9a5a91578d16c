import Groq from 'groq-sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simulatedAnswer } from '../../answer/simulated-answer.ts'
import { countTokens } from '../../answer/tokens.ts'
import { startSimulator } from '../../start-simulator.ts'
import type { Simulator } from '../../start-simulator.ts'

let simulator: Simulator
let client: Groq
beforeAll(async () => {
  simulator = await startSimulator()
  client = new Groq({ apiKey: 'gsk-test', baseURL: simulator.url, maxRetries: 0 })
})
afterAll(() => simulator.close())

const model = 'openai/gpt-oss-20b'

function asking(content: string): { model: string; messages: [{ role: 'user'; content: string }] } {
  return { model, messages: [{ role: 'user', content }] }
}

describe('Groq, read by the official SDK', () => {
  it('streams reasoning beside the oracle text and the usage in the last chunk', async () => {
    const prompt = 'Why do cats purr?'
    const expected = simulatedAnswer(prompt)
    const stream = await client.chat.completions.create({ ...asking(prompt), stream: true })
    let text = ''
    let reasoning = ''
    let usage: Groq.CompletionUsage | undefined
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      reasoning += chunk.choices[0]?.delta.reasoning ?? ''
      usage = chunk.x_groq?.usage ?? usage
      expect(chunk.model).toBe(model)
    }
    expect(text).toBe(expected.text)
    expect(reasoning).toBe(expected.reasoning)
    expect(usage?.completion_tokens).toBe(countTokens(text) + countTokens(reasoning))
    expect(usage?.completion_tokens_details?.reasoning_tokens).toBe(countTokens(reasoning))
  })

  it.each([true, false])('puts raw reasoning into the text (stream: %s)', async (streamed) => {
    const { text, reasoning } = simulatedAnswer('Why do cats purr?')
    const request = { ...asking('Why do cats purr?'), reasoning_format: 'raw' } as const
    let content = ''
    if (streamed) {
      const stream = await client.chat.completions.create({ ...request, stream: true })
      for await (const chunk of stream) content += chunk.choices[0]?.delta.content ?? ''
    } else {
      const answer = await client.chat.completions.create(request)
      content = answer.choices[0]?.message.content ?? ''
    }
    expect(content).toBe(`<think>\n${reasoning}\n</think>\n\n${text}`)
  })

  it('answers without a stream, and hides reasoning where told to', async () => {
    const plain = await client.chat.completions.create(asking('hello'))
    expect(plain.choices[0]?.message.content).toBe(simulatedAnswer('hello').text)
    const hidden = await client.chat.completions.create({
      ...asking('Why?'),
      include_reasoning: false,
    })
    expect(hidden.choices[0]?.message.reasoning).toBeUndefined()
    expect(hidden.usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0)
  })

  it('streams a tool call in one piece', async () => {
    const stream = await client.chat.completions.create({
      ...asking('use the tool'),
      stream: true,
      tools: [{ type: 'function', function: { name: 'now', parameters: { type: 'object' } } }],
    })
    const calls: unknown[] = []
    let finish: string | null | undefined
    for await (const chunk of stream) {
      calls.push(...(chunk.choices[0]?.delta.tool_calls ?? []))
      finish = chunk.choices[0]?.finish_reason ?? finish
    }
    expect(calls).toMatchObject([
      { index: 0, type: 'function', function: { name: 'now', arguments: '{}' } },
    ])
    expect(finish).toBe('tool_calls')
  })

  it('refuses in plain text', async () => {
    const answer = await client.chat.completions.create({
      ...asking('hi'),
      model: `${model}+refusal`,
    })
    expect(answer.choices[0]?.message.content).toMatch(/sorry/)
  })

  it.each([
    ['401', Groq.AuthenticationError],
    ['404', Groq.NotFoundError],
    ['429', Groq.RateLimitError],
    ['503', Groq.InternalServerError],
    ['context-length', Groq.BadRequestError],
  ])('%s becomes its error', async (fault, type) => {
    const failed = client.chat.completions.create({ ...asking('hi'), model: `${model}+${fault}` })
    await expect(failed).rejects.toBeInstanceOf(type)
  })

  it('throws the error event inside a stream', async () => {
    const stream = await client.chat.completions.create({
      ...asking('hi'),
      model: `${model}+error-after-2`,
      stream: true,
    })
    const read = async (): Promise<void> => {
      for await (const chunk of stream) expect(chunk.id).toMatch(/^chatcmpl-/)
    }
    await expect(read()).rejects.toThrow(/Internal Server Error/)
  })

  it('lists models', async () => {
    const { data } = await client.models.list()
    expect(data.map(({ id }) => id)).toContain('llama-3.1-8b-instant')
  })
})
