import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { simulatedAnswer } from '../../answer/simulated-answer.ts'
import { countTokens } from '../../answer/tokens.ts'
import { startSimulator } from '../../start-simulator.ts'
import type { Simulator } from '../../start-simulator.ts'

let simulator: Simulator
let client: OpenAI
beforeAll(async () => {
  simulator = await startSimulator()
  client = new OpenAI({ apiKey: 'sk-test', baseURL: `${simulator.url}/v1`, maxRetries: 0 })
})
afterEach(() => simulator.clear())
afterAll(() => simulator.close())

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'fahrenheit'] } },
      required: ['city', 'unit'],
    },
  },
} as const

function user(content: string): [{ role: 'user'; content: string }] {
  return [{ role: 'user', content }]
}

describe('OpenAI Chat Completions, read by the official SDK', () => {
  it('streams the oracle text about a token a chunk, with usage only where asked', async () => {
    const prompt = 'Tell me about tides'
    const expected = simulatedAnswer(prompt).text
    const stream = await client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: user(prompt),
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let chunksWithText = 0
    let finish: string | null = null
    let usage: OpenAI.CompletionUsage | null | undefined
    for await (const chunk of stream) {
      const choice = chunk.choices[0]
      if (choice?.delta.content) chunksWithText += 1
      text += choice?.delta.content ?? ''
      finish = choice?.finish_reason ?? finish
      if (chunk.choices.length === 0) usage = chunk.usage
    }
    expect(text).toBe(expected)
    expect(finish).toBe('stop')
    expect(chunksWithText).toBe(countTokens(expected))
    expect(usage?.completion_tokens).toBe(countTokens(expected))
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + countTokens(expected))
  })

  it('sends no usage where the stream did not ask for it', async () => {
    const stream = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: user('hi'),
      stream: true,
    })
    for await (const chunk of stream) expect(chunk.usage).toBeUndefined()
  })

  it('answers the same without a stream', async () => {
    const answer = await client.chat.completions.create({ model: 'gpt-4o', messages: user('hi') })
    expect(answer.choices[0]?.message.content).toBe(simulatedAnswer('hi').text)
    expect(answer.choices[0]?.finish_reason).toBe('stop')
    expect(answer.usage?.completion_tokens).toBe(countTokens(simulatedAnswer('hi').text))
  })

  it('streams parallel tool calls in pieces that join to valid arguments', async () => {
    const clock = {
      type: 'function',
      function: { name: 'get_time', parameters: { type: 'object' } },
    } as const
    const stream = client.chat.completions.stream({
      model: 'gpt-4o',
      messages: user('Please get_weather and get_time for Vienna'),
      tools: [weather, clock],
    })
    const { choices } = await stream.finalChatCompletion()
    expect(choices[0]?.finish_reason).toBe('tool_calls')
    const calls = choices[0]?.message.tool_calls ?? []
    expect(calls.map((call) => call.type === 'function' && call.function.name)).toEqual([
      'get_weather',
      'get_time',
    ])
    const first = calls[0]
    const input: unknown = JSON.parse(first?.type === 'function' ? first.function.arguments : '')
    expect(input).toMatchObject({
      city: 'Vienna',
      unit: expect.stringMatching(/celsius|fahrenheit/),
    })
    expect(new Set(calls.map((call) => call.id)).size).toBe(2)
  })

  it('quotes a tool result that follows a call', async () => {
    const answer = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: [
        ...user('use the tool'),
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'rain at 7 degrees' },
      ],
      tools: [weather],
    })
    expect(answer.choices[0]?.message.content).toContain('rain at 7 degrees')
    expect(answer.choices[0]?.message.tool_calls).toBeUndefined()
  })

  it('puts a refusal into the refusal field, streamed or not', async () => {
    const answer = await client.chat.completions.create({
      model: 'gpt-4o+refusal',
      messages: user('hi'),
    })
    expect(answer.choices[0]?.message.content).toBeNull()
    expect(answer.choices[0]?.message.refusal).toMatch(/sorry/)
    const stream = await client.chat.completions.create({
      model: 'refusal',
      messages: user('hi'),
      stream: true,
    })
    let refusal = ''
    for await (const chunk of stream) refusal += chunk.choices[0]?.delta.refusal ?? ''
    expect(refusal).toBe(answer.choices[0]?.message.refusal)
  })

  it('honours the token limit and stop sequences', async () => {
    const short = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: user('hi'),
      max_completion_tokens: 7,
    })
    expect(short.choices[0]?.finish_reason).toBe('length')
    expect(short.usage?.completion_tokens).toBe(7)
    const stopped = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: user('hi'),
      stop: ['simulated'],
    })
    const whole = simulatedAnswer('hi').text
    expect(stopped.choices[0]?.message.content).toBe(whole.slice(0, whole.indexOf('simulated')))
    expect(stopped.choices[0]?.finish_reason).toBe('stop')
  })

  it('bills hidden reasoning where an effort is set, and lets it use up the limit', async () => {
    const answer = await client.chat.completions.create({
      model: 'gpt-5-mini',
      messages: user('hi'),
      reasoning_effort: 'low',
      max_completion_tokens: 10,
    })
    expect(answer.choices[0]?.message.content).toBe('')
    expect(answer.choices[0]?.finish_reason).toBe('length')
    expect(answer.usage?.completion_tokens_details?.reasoning_tokens).toBe(10)
  })

  it('answers a JSON schema with a document that fits it', async () => {
    const answer = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: user('Describe Paris'),
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'place',
          schema: {
            type: 'object',
            properties: {
              city: { type: 'string' },
              score: { type: 'integer', minimum: 3, maximum: 5 },
              tags: { type: 'array', items: { enum: ['a', 'b'] }, minItems: 2 },
            },
            required: ['city', 'score', 'tags'],
          },
        },
      },
    })
    const place: unknown = JSON.parse(answer.choices[0]?.message.content ?? '')
    expect(place).toEqual({
      city: 'Paris',
      score: 4,
      tags: [expect.stringMatching(/^[ab]$/), expect.stringMatching(/^[ab]$/)],
    })
  })

  it('says what image it was given', async () => {
    const png =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAADAAEAGN2NtAAAAABJRU5ErkJggg=='
    const answer = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
          ],
        },
      ],
    })
    const bytes = Buffer.from(png, 'base64').length
    expect(answer.choices[0]?.message.content).toContain(`image/png, 1 × 1 pixels, ${bytes} bytes`)
  })

  it('counts a repeated long beginning as cached', async () => {
    const long = 'A long shared beginning of many words. '.repeat(200)
    const ask = (end: string): Promise<OpenAI.ChatCompletion> =>
      client.chat.completions.create({ model: 'gpt-4o', messages: user(long + end), max_tokens: 5 })
    const first = await ask('one')
    const second = await ask('two')
    expect(first.usage?.prompt_tokens_details?.cached_tokens).toBe(0)
    const cached = second.usage?.prompt_tokens_details?.cached_tokens ?? 0
    expect(cached).toBeGreaterThanOrEqual(1024)
    expect(cached % 128).toBe(0)
    expect(cached).toBeLessThanOrEqual(second.usage?.prompt_tokens ?? 0)
  })

  it('lists models', async () => {
    const { data } = await client.models.list()
    expect(data.map((model) => model.id)).toContain('gpt-4o-mini')
    expect((await client.models.retrieve('gpt-4o')).id).toBe('gpt-4o')
  })
})

describe("OpenAI's errors, as the SDK throws them", () => {
  it.each([
    ['401', OpenAI.AuthenticationError, 'invalid_api_key'],
    ['404', OpenAI.NotFoundError, 'model_not_found'],
    ['429', OpenAI.RateLimitError, 'rate_limit_exceeded'],
    ['429-quota', OpenAI.RateLimitError, 'insufficient_quota'],
    ['500', OpenAI.InternalServerError, 'server_error'],
    ['503', OpenAI.InternalServerError, 'overloaded'],
    ['context-length', OpenAI.BadRequestError, 'context_length_exceeded'],
  ])('%s', async (fault, type, code) => {
    const failed = client.chat.completions.create({
      model: `gpt-4o+${fault}`,
      messages: user('hi'),
    })
    const error: unknown = await failed.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(type)
    expect(error).toMatchObject({ code })
    expect(simulator.attempts()).toMatchObject([{ fault, endedBy: 'fault', tokensOut: 0 }])
  })

  it('refuses a key that says so, and a missing one', async () => {
    const bad = new OpenAI({
      apiKey: 'sk-bad-key-1',
      baseURL: `${simulator.url}/v1`,
      maxRetries: 0,
    })
    const failed = bad.chat.completions.create({ model: 'gpt-4o', messages: user('hi') })
    await expect(failed).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    const response = await fetch(`${simulator.url}/v1/models`)
    expect(response.status).toBe(401)
  })

  it('throws the error event inside a stream', async () => {
    const stream = await client.chat.completions.create({
      model: 'gpt-4o+error-after-3',
      messages: user('hi'),
      stream: true,
    })
    const read = async (): Promise<void> => {
      for await (const chunk of stream) expect(chunk.id).toMatch(/^chatcmpl-/)
    }
    await expect(read()).rejects.toThrow(/server had an error/)
    expect(simulator.attempts()).toMatchObject([{ tokensOut: 3, endedBy: 'fault', finish: null }])
  })

  it.each([
    [{ model: 'gpt-4o' }, "Missing required parameter: 'messages'."],
    [{ model: 'gpt-4o', messages: [] }, 'empty array'],
    [{ model: 'gpt-4o', messages: [{ role: 'robot', content: 'x' }] }, "Invalid value: 'robot'"],
    [{ model: 'gpt-4o', messages: [{ role: 'tool', content: 'x' }] }, "messages with role 'tool'"],
    [{ messages: user('hi') }, 'model parameter'],
    [{ model: 'gpt-4o+cut-aftr-3', messages: user('hi') }, 'no fault or pace named cut-aftr-3'],
  ])('refuses %j', async (body, message) => {
    const response = await fetch(`${simulator.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain(message)
    expect(simulator.attempts()).toMatchObject([{ endedBy: 'rejected' }])
  })
})
