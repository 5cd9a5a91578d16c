import Anthropic from '@anthropic-ai/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { simulatedAnswer } from '../../answer/simulated-answer.ts'
import { countTokens } from '../../answer/tokens.ts'
import { startSimulator } from '../../start-simulator.ts'
import type { Simulator } from '../../start-simulator.ts'

let simulator: Simulator
let client: Anthropic
beforeAll(async () => {
  simulator = await startSimulator()
  client = new Anthropic({ apiKey: 'sk-ant-test', baseURL: simulator.url, maxRetries: 0 })
})
afterEach(() => simulator.clear())
afterAll(() => simulator.close())

const model = 'claude-sonnet-4-6'

function asking(content: string, more: Partial<Anthropic.MessageCreateParamsNonStreaming> = {}) {
  return { model, max_tokens: 4000, messages: [{ role: 'user' as const, content }], ...more }
}

function textOf(message: Anthropic.Message): string {
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

describe('Anthropic Messages, read by the official SDK', () => {
  it('streams the oracle text about four tokens a delta, with usage at both ends', async () => {
    const prompt = 'Tell me about tides'
    const expected = simulatedAnswer(prompt).text
    const stream = client.messages.stream(asking(prompt))
    let deltas = 0
    stream.on('text', () => {
      deltas += 1
    })
    const message = await stream.finalMessage()
    expect(textOf(message)).toBe(expected)
    expect(message.stop_reason).toBe('end_turn')
    expect(deltas).toBe(1 + Math.ceil((countTokens(expected) - 1) / 4))
    expect(message.usage.output_tokens).toBe(countTokens(expected))
    expect(message.usage.input_tokens).toBeGreaterThan(0)
  })

  it('thinks in a block of its own, with a signature, where asked or where the prompt asks', async () => {
    const prompt = 'Why do cats purr?'
    const streamed = await client.messages.stream(asking(prompt)).finalMessage()
    expect(streamed.content[0]).toMatchObject({
      type: 'thinking',
      thinking: simulatedAnswer(prompt).reasoning,
      signature: expect.stringMatching(/.+/),
    })
    expect(textOf(streamed)).toBe(simulatedAnswer(prompt).text)
    const asked = await client.messages.create(
      asking('hello', { thinking: { type: 'enabled', budget_tokens: 1024 } }),
    )
    expect(asked.content.map((block) => block.type)).toEqual(['thinking', 'text'])
    const off = await client.messages.create(asking(prompt, { thinking: { type: 'disabled' } }))
    expect(off.content.map((block) => block.type)).toEqual(['text'])
  })

  it('calls a tool, without any JSON where it takes no arguments, and quotes the result', async () => {
    const tools: Anthropic.Tool[] = [
      { name: 'get_country', input_schema: { type: 'object', properties: {} } },
      {
        name: 'get_weather',
        input_schema: {
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
        },
      },
    ]
    const message = await client.messages
      .stream(asking('call get_country, and get_weather in Oslo', { tools }))
      .finalMessage()
    expect(message.stop_reason).toBe('tool_use')
    expect(message.content).toMatchObject([
      { type: 'tool_use', name: 'get_country', input: {} },
      { type: 'tool_use', name: 'get_weather', input: { city: 'Oslo' } },
    ])
    const answer = await client.messages.create({
      model,
      max_tokens: 1000,
      tools,
      messages: [
        { role: 'user', content: 'call get_country' },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'toolu_1', name: 'get_country', input: {} }],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Norway' }],
        },
      ],
    })
    expect(textOf(answer)).toContain('Norway')
  })

  it('continues a prefill exactly where it ended, its trimmed whitespace included', async () => {
    const prompt = 'Compare cats and dogs in a table'
    const whole = simulatedAnswer(prompt).text
    const cut = whole.indexOf('\n\n') + 2
    for (const prefill of [whole.slice(0, 10), whole.slice(0, cut).trimEnd(), whole]) {
      const message = await client.messages.create({
        ...asking(prompt),
        messages: [
          { role: 'user', content: prompt },
          { role: 'assistant', content: prefill.trimEnd() },
        ],
      })
      expect(prefill.trimEnd() + textOf(message)).toBe(whole)
    }
    const foreign = await client.messages.create({
      ...asking(prompt),
      messages: [
        { role: 'user', content: prompt },
        { role: 'assistant', content: 'Something else' },
      ],
    })
    expect(textOf(foreign)).toBe(whole)
    expect(simulator.attempts().map((attempt) => attempt.continued)).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  it('refuses a prefill with trailing whitespace, as the provider does', async () => {
    const refused = client.messages.create({
      ...asking('hi'),
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: 'You asked: ' },
      ],
    })
    await expect(refused).rejects.toThrow(/trailing whitespace/)
  })

  it('names the stop sequence and the token limit', async () => {
    const stopped = await client.messages.create(asking('hi', { stop_sequences: ['simulated'] }))
    expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'simulated' })
    const short = await client.messages.create(asking('hi', { max_tokens: 3 }))
    expect(short).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 3 } })
  })

  it('writes an explicit cache once, then reads it', async () => {
    const text = 'A long shared beginning of many words. '.repeat(200)
    const ask = (end: string): Promise<Anthropic.Message> =>
      client.messages.create({
        ...asking(end, { max_tokens: 5 }),
        system: [{ type: 'text', text, cache_control: { type: 'ephemeral' } }],
      })
    const first = await ask('one')
    const second = await ask('two')
    expect(first.usage.cache_creation_input_tokens).toBeGreaterThan(1024)
    expect(first.usage.cache_read_input_tokens).toBe(0)
    expect(second.usage.cache_read_input_tokens).toBe(first.usage.cache_creation_input_tokens)
    expect(second.usage.input_tokens).toBeLessThan(100)
  })

  it('refuses without content', async () => {
    const message = await client.messages.stream(asking('hi', { model: 'refusal' })).finalMessage()
    expect(message.stop_reason).toBe('refusal')
    expect(message.content).toEqual([])
  })

  it('lists models', async () => {
    const { data } = await client.models.list()
    expect(data.map(({ id }) => id)).toContain('claude-haiku-4-5')
  })
})

describe("Anthropic's errors, as the SDK throws them", () => {
  it.each([
    ['401', Anthropic.AuthenticationError, /invalid x-api-key/],
    ['404', Anthropic.NotFoundError, /model: claude/],
    ['429', Anthropic.RateLimitError, /rate limit/],
    ['500', Anthropic.InternalServerError, /Internal server error/],
    ['529', Anthropic.InternalServerError, /Overloaded/],
    ['context-length', Anthropic.BadRequestError, /prompt is too long/],
    ['prompt-blocked', Anthropic.BadRequestError, /content filtering policy/],
  ])('%s', async (fault, type, message) => {
    const failed = client.messages.create(asking('hi', { model: `${model}+${fault}` }))
    const error: unknown = await failed.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(type)
    expect(String(error)).toMatch(message)
  })

  it('says whether to try again', async () => {
    const status = async (fault: string): Promise<string | null> => {
      const error: unknown = await client.messages
        .create(asking('hi', { model: `${model}+${fault}` }))
        .catch((reason: unknown) => reason)
      return error instanceof Anthropic.APIError ? error.headers.get('x-should-retry') : null
    }
    expect(await status('529')).toBe('true')
    expect(await status('context-length')).toBe('false')
  })

  it('throws the error event inside a stream', async () => {
    const failed = client.messages
      .stream(asking('hi', { model: `${model}+error-after-5` }))
      .finalMessage()
    await expect(failed).rejects.toThrow(/Overloaded/)
    expect(simulator.attempts()).toMatchObject([{ tokensOut: 5, endedBy: 'fault' }])
  })

  it('refuses a bad key and a request without max_tokens', async () => {
    const bad = new Anthropic({ apiKey: 'bad-key', baseURL: simulator.url, maxRetries: 0 })
    await expect(bad.messages.create(asking('hi'))).rejects.toBeInstanceOf(
      Anthropic.AuthenticationError,
    )
    const response = await fetch(`${simulator.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'k' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: { message: 'max_tokens: Field required' },
    })
  })
})
