import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reasoningFor, simulatedAnswer } from '../../answer/simulated-answer.ts'
import { countTokens } from '../../answer/tokens.ts'
import { startSimulator } from '../../start-simulator.ts'
import type { Simulator } from '../../start-simulator.ts'

let simulator: Simulator
let client: OpenAI
beforeAll(async () => {
  simulator = await startSimulator()
  client = new OpenAI({ apiKey: 'sk-test', baseURL: `${simulator.url}/v1`, maxRetries: 0 })
})
afterAll(() => simulator.close())

describe('OpenAI Responses, read by the official SDK', () => {
  it('streams reasoning, then the oracle text, then the whole response', async () => {
    const prompt = 'Why do cats purr?'
    const stream = await client.responses.create({ model: 'gpt-5.1', input: prompt, stream: true })
    let text = ''
    let reasoning = ''
    let last: OpenAI.Responses.Response | undefined
    let expectedNumber = 0
    for await (const event of stream) {
      expect(event.sequence_number).toBe(expectedNumber)
      expectedNumber += 1
      if (event.type === 'response.output_text.delta') text += event.delta
      if (event.type === 'response.reasoning_summary_text.delta') reasoning += event.delta
      if (event.type === 'response.completed') last = event.response
    }
    const expected = simulatedAnswer(prompt)
    expect(text).toBe(expected.text)
    expect(reasoning).toBe(expected.reasoning)
    expect(last?.usage?.output_tokens_details.reasoning_tokens).toBe(countTokens(reasoning))
    expect(last?.usage?.output_tokens).toBe(countTokens(reasoning) + countTokens(text))
    expect(last?.output.map((item) => item.type)).toEqual(['reasoning', 'message'])
  })

  it('answers without a stream, with reasoning where it is asked for', async () => {
    const response = await client.responses.create({
      model: 'gpt-5.1',
      input: [{ role: 'user', content: 'hello' }],
      reasoning: { effort: 'low', summary: 'auto' },
    })
    expect(response.output_text).toBe(simulatedAnswer('hello').text)
    expect(response.output[0]).toMatchObject({
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: reasoningFor('hello') }],
    })
  })

  it('streams a function call and takes its result', async () => {
    const tools: OpenAI.Responses.FunctionTool[] = [
      {
        type: 'function',
        name: 'lookup',
        strict: true,
        parameters: {
          type: 'object',
          properties: { query: { type: 'string' } },
          required: ['query'],
        },
      },
    ]
    const stream = client.responses.stream({
      model: 'gpt-4o',
      input: 'Use the tool for owls',
      tools,
    })
    const call = (await stream.finalResponse()).output[0]
    if (call?.type !== 'function_call') throw new Error('no function call')
    expect(call.name).toBe('lookup')
    expect(JSON.parse(call.arguments)).toHaveProperty('query')
    const answer = await client.responses.create({
      model: 'gpt-4o',
      tools,
      input: [
        { role: 'user', content: 'Use the tool for owls' },
        {
          type: 'function_call',
          call_id: call.call_id,
          name: call.name,
          arguments: call.arguments,
        },
        { type: 'function_call_output', call_id: call.call_id, output: 'owls turn their heads' },
      ],
    })
    expect(answer.output_text).toContain('owls turn their heads')
  })

  it('ends as incomplete with the reason at the token limit and at the content filter', async () => {
    const short = await client.responses.create({
      model: 'gpt-4o',
      input: 'hi',
      max_output_tokens: 16,
    })
    expect(short.status).toBe('incomplete')
    expect(short.incomplete_details?.reason).toBe('max_output_tokens')
    expect(short.usage?.output_tokens).toBe(16)
    const filtered = await client.responses.create({ model: 'gpt-4o+content-filter', input: 'hi' })
    expect(filtered.incomplete_details?.reason).toBe('content_filter')
  })

  it('puts a refusal into a refusal part', async () => {
    const stream = await client.responses.create({ model: 'refusal', input: 'hi', stream: true })
    const types: string[] = []
    for await (const event of stream) types.push(event.type)
    expect(types).toContain('response.refusal.delta')
    expect(types).toContain('response.refusal.done')
  })

  it('says 400 for an unknown model and fails inside a 200 stream', async () => {
    const unknown = client.responses.create({ model: 'gpt-4o+404', input: 'hi' })
    await expect(unknown).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    const stream = await client.responses.create({
      model: 'gpt-4o+error-after-2',
      input: 'hi',
      stream: true,
    })
    const types: string[] = []
    const read = async (): Promise<void> => {
      for await (const event of stream) types.push(event.type)
    }
    await expect(read()).rejects.toThrow(/server had an error/)
    expect(types.filter((type) => type === 'response.output_text.delta')).toHaveLength(2)
  })
})
