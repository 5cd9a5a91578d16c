import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { eventually } from '@brainlyx/testkit'
import OpenAI from 'openai'
import { afterAll, afterEach, expect, test } from 'vitest'
import { ledgerOf, memberWithKey, sdk } from '../../test/api-key.ts'
import { arrangeInstallation } from '../../test/installation.ts'

const installation = await arrangeInstallation()
const { admin, simulator } = installation
afterAll(() => installation.close())
afterEach(() => {
  simulator.clear()
  simulator.setPace({ tokensPerSecond: 0, timeToFirstTokenMs: 0 })
})
const api = await installation.startReplica()
const member = await memberWithKey(api)
const client = sdk(api, member.secret)

let prompts = 0
const ask = (text = 'What is a lighthouse for?'): string => `${text} (${++prompts})`
const saying = (content: string): OpenAI.ChatCompletionMessageParam[] => [{ role: 'user', content }]

const ledger = () => ledgerOf(admin, member.key)

test('an answer in one piece, with what it cost', async () => {
  const prompt = ask()
  const before = (await ledger()).length
  const { data, response, request_id } = await client.chat.completions
    .create({ model: 'openai/gpt-4.1', messages: saying(prompt) })
    .withResponse()
  expect(data).toMatchObject({
    object: 'chat.completion',
    model: 'gpt-4.1',
    choices: [{ message: { content: simulatedAnswer(prompt).text }, finish_reason: 'stop' }],
  })
  expect(data).not.toHaveProperty('brainlyx')
  const [call, ...others] = (await ledger()).slice(before)
  expect(others).toEqual([])
  expect(call).toMatchObject({
    state: 'completed',
    deployment: 'openai/gpt-4.1',
    inputTokens: data.usage!.prompt_tokens,
    outputTokens: data.usage!.completion_tokens,
    estimated: false,
  })
  expect(call!.costPicoUsd).toBeGreaterThan(0n)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-brainlyx-deployment': 'openai/gpt-4.1',
    'x-brainlyx-attempts': '1',
    'x-brainlyx-cost-pico-usd': String(call!.costPicoUsd),
    'x-brainlyx-decision': expect.any(String),
    'cache-control': 'no-store',
  })
  expect(request_id).toBe(response.headers.get('x-trace-id'))
})

test('a stream is the same text, with nothing of ours in it', async () => {
  const prompt = ask()
  const before = (await ledger()).length
  const stream = await client.chat.completions.create({
    model: 'auto',
    messages: saying(prompt),
    stream: true,
    stream_options: { include_usage: true },
  })
  let text = ''
  let usage: OpenAI.CompletionUsage | null | undefined
  for await (const chunk of stream) {
    expect(chunk).not.toHaveProperty('brainlyx')
    text += chunk.choices[0]?.delta.content ?? ''
    usage = chunk.usage ?? usage
  }
  expect(text).toBe(simulatedAnswer(prompt).text)
  // Written before the stream says that it is complete.
  const [call] = (await ledger()).slice(before)
  expect(call).toMatchObject({
    state: 'completed',
    inputTokens: usage!.prompt_tokens,
    outputTokens: usage!.completion_tokens,
  })
  expect(await admin.selectFrom('apiCalls').selectAll().execute()).toEqual([])
})

test('a stream without a wish for usage tells none', async () => {
  const stream = await client.chat.completions.create({
    model: 'auto',
    messages: saying(ask()),
    stream: true,
  })
  for await (const chunk of stream)
    expect([chunk.choices.length, chunk.usage ?? null]).toEqual([1, null])
})

test('pieces arrive as they are made', async () => {
  simulator.setPace({ tokensPerSecond: 20, timeToFirstTokenMs: 0 })
  const stream = await client.chat.completions.create({
    model: 'auto',
    messages: saying(ask('Tell a story. [tokens:2000]')),
    stream: true,
  })
  let count = 0
  for await (const _ of stream) if (++count === 5) break
  expect(count).toBe(5)
})

test.each([true, false])('a tool is called, streamed: %s', async (stream) => {
  const request = {
    model: 'auto',
    messages: saying(ask('What is the weather in Oslo?')),
    tool_choice: 'required' as const,
    tools: [
      {
        type: 'function' as const,
        function: {
          name: 'get_weather',
          parameters: {
            type: 'object',
            properties: { city: { type: 'string' } },
            required: ['city'],
          },
        },
      },
    ],
  }
  const completion = stream
    ? await client.chat.completions.stream(request).finalChatCompletion()
    : await client.chat.completions.create(request)
  const { message, finish_reason: finish } = completion.choices[0]!
  expect(finish).toBe('tool_calls')
  const [called] = message.tool_calls!
  expect(called).toMatchObject({ type: 'function', function: { name: 'get_weather' } })
  const { function: tool } = called as OpenAI.ChatCompletionMessageFunctionToolCall
  expect(JSON.parse(tool.arguments)).toHaveProperty('city')
})

test('an answer by a schema fits it', async () => {
  const completion = await client.chat.completions.create({
    model: 'openai/gpt-4.1',
    messages: saying(ask('Name a city.')),
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'city',
        strict: true,
        schema: {
          type: 'object',
          properties: { name: { type: 'string' }, inhabitants: { type: 'integer' } },
          required: ['name', 'inhabitants'],
          additionalProperties: false,
        },
      },
    },
  })
  expect(JSON.parse(completion.choices[0]!.message.content!)).toEqual({
    name: expect.any(String),
    inhabitants: expect.any(Number),
  })
})

test('a picture of more than the page’s own limit reaches the model', async () => {
  const url = `data:image/png;base64,${PIXEL}`
  const completion = await client.chat.completions.create({
    model: 'openai/gpt-4.1',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: ask('What is this?') },
          { type: 'image_url', image_url: { url } },
          { type: 'text', text: `And this: ${'x'.repeat(3_000_000)}` },
        ],
      },
    ],
  })
  expect(completion.choices[0]!.finish_reason).toBe('stop')
})

/** One pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

test.each(['float', 'base64'] as const)(
  'embeddings as %s, each with its place in the ledger',
  async (format) => {
    const before = (await ledger()).length
    const input = [ask('one'), ask('two'), ask('three')]
    const { data, usage } = await client.embeddings.create({
      model: 'openai/text-embedding-3-small',
      input,
      encoding_format: format,
    })
    expect(data).toHaveLength(3)
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2])
    const [call, ...others] = (await ledger()).slice(before)
    expect(others).toEqual([])
    expect(call).toMatchObject({
      state: 'completed',
      deployment: 'openai/text-embedding-3-small',
      inputTokens: usage.prompt_tokens,
      outputTokens: 0,
    })
    expect(call!.costPicoUsd).toBeGreaterThan(0n)
  },
)

test('models are listed, those for embeddings too, and one is told by its name', async () => {
  const ids: string[] = []
  for await (const model of client.models.list()) ids.push(model.id)
  expect(ids).toContain('auto')
  expect(ids).toContain('openai/text-embedding-3-small')
  expect(await client.models.retrieve('openai/gpt-4.1')).toMatchObject({ id: 'openai/gpt-4.1' })
  await expect(client.models.retrieve('openai/whatever')).rejects.toMatchObject({ status: 404 })
})

test('a first provider’s failure is not seen, and stands in the ledger', async () => {
  const { data } = await client.models.list()
  expect(data.length).toBeGreaterThan(1)
  const prompt = ask()
  const before = (await ledger()).length
  simulator.setFault({ fault: '500', times: 1 })
  const { response } = await client.chat.completions
    .create({ model: 'auto', messages: saying(prompt) })
    .withResponse()
  expect(response.headers.get('x-brainlyx-attempts')).toBe('2')
  expect((await ledger()).slice(before).map(({ state }) => state)).toEqual(['failed', 'completed'])
})

test.each([true, false])('what all providers refuse is one error, streamed: %s', async (stream) => {
  simulator.setFault({ fault: 'context-length' })
  const failed = client.chat.completions.create({
    model: 'openai/gpt-4.1',
    messages: saying(ask()),
    stream,
  })
  const error = await failed.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(OpenAI.BadRequestError)
  expect(error).toMatchObject({
    status: 400,
    code: 'context_length_exceeded',
    requestID: expect.any(String),
  })
  expect((await ledger()).at(-1)).toMatchObject({ state: 'failed' })
  expect(await admin.selectFrom('apiCalls').selectAll().execute()).toEqual([])
})

test('a busy provider is a 429 that says when to come back, and the SDK does', async () => {
  simulator.setFault({ fault: '429-retry-after-1' })
  const error = await client.chat.completions
    .create({ model: 'openai/gpt-4.1', messages: saying(ask()) })
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(OpenAI.RateLimitError)
  const { headers } = error as InstanceType<typeof OpenAI.APIError>
  expect(Number(headers?.get('retry-after'))).toBeGreaterThan(0)
  expect(headers?.get('x-should-retry')).toBeNull()
})

test('a stream that breaks off everywhere ends by an error, never as if complete', async () => {
  simulator.setFault({ fault: 'cut-after-5' })
  const stream = await client.chat.completions.create({
    model: 'openai/gpt-4.1',
    messages: saying(ask()),
    stream: true,
  })
  let text = ''
  const read = async (): Promise<void> => {
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
  }
  await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError)
  expect(text).not.toBe('')
})

test.each([true, false])(
  'who leaves ends the provider’s call, and pays for what there was; streamed: %s',
  async (stream) => {
    simulator.setPace({ tokensPerSecond: 20, timeToFirstTokenMs: 0 })
    const prompt = ask('Tell an endless story. [tokens:3000]')
    const before = (await ledger()).length
    const leave = new AbortController()
    const read = async (): Promise<void> => {
      const body = { model: 'openai/gpt-4.1', messages: saying(prompt), stream }
      const made = await client.chat.completions.create(body, { signal: leave.signal })
      if (!('choices' in made)) for await (const _ of made);
    }
    const answer = read().catch(() => undefined)
    await eventually(() => expect(simulator.attempts({ prompt })).toHaveLength(1))
    if (stream)
      await eventually(async () =>
        expect(simulator.attempts({ prompt })[0]!.tokensOut).toBeGreaterThan(3),
      )
    leave.abort()
    await answer
    await eventually(() => expect(simulator.attempts({ prompt })[0]!.endedBy).toBe('client-abort'))
    await eventually(async () => {
      const [call] = (await ledger()).slice(before)
      expect(call).toMatchObject({ state: 'aborted', estimated: true })
      expect(call!.inputTokens).toBeGreaterThan(0)
      if (stream) expect(call!.outputTokens).toBeGreaterThan(0)
    })
    expect(await admin.selectFrom('apiCalls').selectAll().execute()).toEqual([])
  },
)
