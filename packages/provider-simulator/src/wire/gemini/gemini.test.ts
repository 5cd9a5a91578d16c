import { GoogleGenerativeAI, SchemaType } from '@google/generative-ai'
import type { GenerativeModel, ModelParams } from '@google/generative-ai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { simulatedAnswer } from '../../answer/simulated-answer.ts'
import { countTokens } from '../../answer/tokens.ts'
import { startSimulator } from '../../start-simulator.ts'
import type { Simulator } from '../../start-simulator.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.clear())
afterAll(() => simulator.close())

function modelNamed(
  name: string,
  more: Partial<ModelParams> = {},
  key = 'AIza-test',
): GenerativeModel {
  const client = new GoogleGenerativeAI(key)
  return client.getGenerativeModel({ model: name, ...more }, { baseUrl: simulator.url })
}

const flash = 'gemini-2.5-flash'

describe('Gemini, read by the official SDK', () => {
  it('streams the oracle text about twenty tokens a chunk, usage cumulative in each', async () => {
    const prompt = 'Tell me about tides'
    const expected = simulatedAnswer(prompt).text
    const { stream, response } = await modelNamed(flash).generateContentStream(prompt)
    const outputs: number[] = []
    let text = ''
    for await (const chunk of stream) {
      text += chunk.text()
      outputs.push(chunk.usageMetadata?.candidatesTokenCount ?? 0)
    }
    expect(text).toBe(expected)
    expect(outputs).toHaveLength(1 + Math.ceil((countTokens(expected) - 1) / 20))
    expect(outputs.toSorted((a, b) => a - b)).toEqual(outputs)
    expect(outputs.at(-1)).toBe(countTokens(expected))
    expect((await response).candidates?.[0]?.finishReason).toBe('STOP')
  })

  it('counts thoughts outside the output and marks them', async () => {
    const prompt = 'Why do cats purr?'
    const { reasoning = '', text } = simulatedAnswer(prompt)
    const response = await fetch(
      `${simulator.url}/v1beta/models/${flash}:streamGenerateContent?alt=sse&key=k`,
      { method: 'POST', body: JSON.stringify({ contents: [{ parts: [{ text: prompt }] }] }) },
    )
    const body = await response.text()
    const chunks = body
      .split('\r\n\r\n')
      .filter((event) => event !== '')
      .map((event) => JSON.parse(event.replace(/^data: /, '')) as GeminiChunk)
    const parts = chunks.flatMap((chunk) => chunk.candidates[0]?.content.parts ?? [])
    const thoughts = parts.filter((part) => part.thought === true)
    expect(thoughts.map((part) => part.text).join('')).toBe(reasoning)
    expect(
      parts
        .filter((part) => part.thought !== true)
        .map((part) => part.text)
        .join(''),
    ).toBe(text)
    expect(chunks.at(-1)?.usageMetadata).toMatchObject({
      thoughtsTokenCount: countTokens(reasoning),
      candidatesTokenCount: countTokens(text),
    })
  })

  it('answers without a stream and continues a model prefill', async () => {
    const whole = simulatedAnswer('hello').text
    const plain = await modelNamed(flash).generateContent('hello')
    expect(plain.response.text()).toBe(whole)
    const rest = await modelNamed(flash).generateContent({
      contents: [
        { role: 'user', parts: [{ text: 'hello' }] },
        { role: 'model', parts: [{ text: whole.slice(0, 25).trimEnd() }] },
      ],
    })
    expect(whole.slice(0, 25).trimEnd() + rest.response.text()).toBe(whole)
  })

  it('calls functions whole and quotes their result', async () => {
    const tools = [
      {
        functionDeclarations: [
          {
            name: 'get_weather',
            parameters: {
              type: SchemaType.OBJECT,
              properties: { city: { type: SchemaType.STRING } as const },
              required: ['city'],
            },
          },
        ],
      },
    ]
    const model = modelNamed(flash, { tools })
    const chat = model.startChat()
    const { response, stream } = await chat.sendMessageStream('get_weather in Oslo please')
    for await (const chunk of stream) expect(chunk.candidates).toHaveLength(1)
    expect((await response).functionCalls()).toEqual([
      { name: 'get_weather', args: { city: 'Oslo' } },
    ])
    const answer = await chat.sendMessage([
      { functionResponse: { name: 'get_weather', response: { sky: 'clear' } } },
    ])
    expect(answer.response.text()).toContain('{"sky":"clear"}')
  })

  it('ends at the token limit, and with SAFETY where it refuses or the prompt is blocked', async () => {
    const short = await modelNamed(flash, {
      generationConfig: { maxOutputTokens: 4 },
    }).generateContent('hi')
    expect(short.response.candidates?.[0]?.finishReason).toBe('MAX_TOKENS')
    expect(short.response.usageMetadata?.candidatesTokenCount).toBe(4)
    const refused = await modelNamed(`${flash}+refusal`).generateContent('hi')
    expect(refused.response.candidates?.[0]?.finishReason).toBe('SAFETY')
    expect(() => refused.response.text()).toThrow(/SAFETY/)
    const blocked = await modelNamed(`${flash}+prompt-blocked`).generateContent('hi')
    expect(blocked.response.promptFeedback?.blockReason).toBe('SAFETY')
  })

  it('fits a response schema in its own upper-case types', async () => {
    const model = modelNamed(flash, {
      generationConfig: {
        responseMimeType: 'application/json',
        responseSchema: {
          type: SchemaType.OBJECT,
          properties: { done: { type: SchemaType.BOOLEAN }, count: { type: SchemaType.INTEGER } },
          required: ['done', 'count'],
        },
      },
    })
    const answer: unknown = JSON.parse((await model.generateContent('hi')).response.text())
    expect(answer).toEqual({ done: expect.any(Boolean), count: expect.any(Number) })
  })

  it('embeds one text and several', async () => {
    const model = modelNamed('gemini-embedding-001')
    const one = await model.embedContent('the cat sat')
    const many = await model.batchEmbedContents({
      requests: ['the cat sat', 'stock prices fell'].map((text) => ({
        content: { role: 'user', parts: [{ text }] },
      })),
    })
    expect(many.embeddings[0]?.values).toEqual(one.embedding.values)
    expect(many.embeddings[1]?.values).not.toEqual(one.embedding.values)
  })
})

describe("Gemini's errors, as the SDK throws them", () => {
  it.each([
    ['401', 400, /API key not valid/],
    ['404', 404, /is not found for API version/],
    ['429-retry-after-7', 429, /Please retry in 7s/],
    ['500', 500, /internal error/],
    ['503', 503, /high demand/],
    ['context-length', 400, /input token count/],
  ])('%s', async (fault, status, message) => {
    const failed = modelNamed(`${flash}+${fault}`).generateContent('hi')
    const error: unknown = await failed.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ status })
    expect(String(error)).toMatch(message)
  })

  it('says 400 to a bad key and 403 to none', async () => {
    await expect(modelNamed(flash, {}, 'bad-key').generateContent('hi')).rejects.toMatchObject({
      status: 400,
    })
    const response = await fetch(`${simulator.url}/v1beta/models/${flash}:generateContent`, {
      method: 'POST',
      body: '{}',
    })
    expect(response.status).toBe(403)
  })

  it('labels a 503 of a stream as an event stream', async () => {
    const response = await fetch(
      `${simulator.url}/v1beta/models/${flash}+503:streamGenerateContent?alt=sse&key=k`,
      { method: 'POST', body: JSON.stringify({ contents: [{ parts: [{ text: 'hi' }] }] }) },
    )
    expect(response.status).toBe(503)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(await response.json()).toMatchObject({ error: { status: 'UNAVAILABLE' } })
  })
})

interface GeminiChunk {
  candidates: { content: { parts: { text: string; thought?: boolean }[] } }[]
  usageMetadata: unknown
}
