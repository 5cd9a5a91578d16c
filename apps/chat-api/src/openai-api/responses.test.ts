import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { eventually } from '@brainlyx/testkit'
import OpenAI from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import { afterAll, afterEach, expect, test } from 'vitest'
import { z } from 'zod'
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
const { responses } = sdk(api, member.secret)

let prompts = 0
const ask = (text = 'What is a lighthouse for?'): string => `${text} (${++prompts})`

const ledger = () => ledgerOf(admin, member.key)

test('a member goes on from what was kept, another member does not, and what is not to be is not', async () => {
  const model = 'openai/gpt-4.1'
  const { id } = await responses.create({ model, input: ask() })
  const later = await responses.create({ model, input: ask(), previous_response_id: id })
  expect(later).toMatchObject({ previous_response_id: id, store: true, user: null })
  const unkept = await responses.create({ model, input: ask(), store: false })
  const another = sdk(api, (await memberWithKey(api)).secret)
  for (const [client, previous] of [
    [another.responses, id],
    [responses, unkept.id],
  ] as const) {
    await expect(
      client.create({ model, input: ask(), previous_response_id: previous }),
    ).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' })
  }
})

test('a member reads and deletes what was kept, and another member does neither', async () => {
  const input = ask()
  const told = await responses.create({ model: 'openai/gpt-4.1', input })
  const another = sdk(api, (await memberWithKey(api)).secret).responses
  expect(await responses.retrieve(told.id)).toEqual(told)
  const { data } = await responses.inputItems.list(told.id)
  expect(data).toMatchObject([{ role: 'user', content: [{ type: 'input_text', text: input }] }])
  const notFound = { status: 404, code: 'response-not-found' }
  await expect(another.retrieve(told.id)).rejects.toMatchObject(notFound)
  await expect(another.inputItems.list(told.id)).rejects.toMatchObject(notFound)
  await expect(another.delete(told.id)).rejects.toMatchObject(notFound)
  await responses.delete(told.id)
  await expect(responses.retrieve(told.id)).rejects.toMatchObject(notFound)
})

test('a whole response, with what it cost', async () => {
  const prompt = ask()
  const before = (await ledger()).length
  const { data, response } = await responses
    .create({ model: 'openai/gpt-4.1', input: prompt, user: 'me', metadata: { topic: 'birds' } })
    .withResponse()
  expect(data).toMatchObject({
    status: 'completed',
    error: null,
    user: null,
    metadata: { topic: 'birds' },
    output_text: simulatedAnswer(prompt).text,
  })
  const [call, ...others] = (await ledger()).slice(before)
  expect(others).toEqual([])
  expect(call).toMatchObject({
    state: 'completed',
    inputTokens: data.usage!.input_tokens,
    outputTokens: data.usage!.output_tokens,
    estimated: false,
  })
  expect(response.headers.get('x-brainlyx-deployment')).toBe('openai/gpt-4.1')
  expect(response.headers.get('x-brainlyx-cost-pico-usd')).toBe(String(call!.costPicoUsd))
})

test('a streamed one is complete when it is written down, and has nothing of ours in it', async () => {
  const prompt = ask()
  const before = (await ledger()).length
  const stream = await responses.create({ model: 'auto', input: prompt, stream: true })
  const events: OpenAI.Responses.ResponseStreamEvent[] = []
  for await (const event of stream) {
    expect(event).not.toHaveProperty('brainlyx')
    events.push(event)
    if (event.type !== 'response.completed') continue
    expect(await admin.selectFrom('apiCalls').selectAll().execute()).toEqual([])
  }
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, place) => place))
  const { response } = events.at(-1) as OpenAI.Responses.ResponseCompletedEvent
  expect(response.output.at(-1)).toMatchObject({
    content: [{ text: simulatedAnswer(prompt).text }],
  })
  const [call] = (await ledger()).slice(before)
  expect(call).toMatchObject({
    state: 'completed',
    inputTokens: response.usage!.input_tokens,
    outputTokens: response.usage!.output_tokens,
  })
})

test('each event has its type for a name, and the last one is the end', async () => {
  const response = await fetch(`${api.url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${member.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', input: ask(), stream: true }),
  })
  const events = (await response.text()).trimEnd().split('\n\n')
  for (const event of events) {
    const [name, data] = event.split('\n')
    const { type } = JSON.parse(data!.slice('data: '.length)) as { type: string }
    expect(name).toBe(`event: ${type}`)
  }
  expect(events.at(-1)).toMatch(/^event: response\.completed\n/)
})

test('an object by a schema, and a call of a function', async () => {
  const City = z.object({ name: z.string() })
  const { output_parsed: city } = await responses.parse({
    model: 'openai/gpt-4.1',
    input: ask('Name a city.'),
    text: { format: zodTextFormat(City, 'city') },
  })
  expect(City.safeParse(city).success).toBe(true)
  const { output } = await responses
    .stream({
      model: 'auto',
      input: ask('What is the weather in Oslo?'),
      tool_choice: 'required',
      tools: [{ type: 'function', name: 'get_weather', parameters: null, strict: null }],
    })
    .finalResponse()
  expect(output.at(-1)).toMatchObject({ type: 'function_call', name: 'get_weather' })
})

test('what agents offer by default is taken, and what Claude thought handed back', async () => {
  const look = { type: 'function', name: 'look_outside', parameters: { type: 'object' } }
  const sky = { type: 'namespace', name: 'sky', description: 'Of the sky.', tools: [look] }
  const asked = {
    model: 'anthropic/claude-haiku-4-5',
    reasoning: { effort: 'low' as const },
    store: false,
    include: ['reasoning.encrypted_content' as const],
    tools: [sky, { type: 'web_search' }] as unknown as OpenAI.Responses.Tool[],
  }
  const question = { role: 'user' as const, content: ask('Use the tool sky__look_outside.') }
  const { output } = await responses.stream({ ...asked, input: [question] }).finalResponse()
  expect(output).toMatchObject([
    { type: 'reasoning', encrypted_content: expect.any(String) as string },
    { type: 'function_call', name: 'look_outside', namespace: 'sky' },
  ])
  const { call_id: id } = output[1] as OpenAI.Responses.ResponseFunctionToolCall
  const later = await responses.create({
    ...asked,
    input: [
      question,
      ...(output as OpenAI.Responses.ResponseInputItem[]),
      { type: 'function_call_output', call_id: id, output: 'a heron, number 4711' },
    ],
  })
  expect(later.output_text).toContain('a heron, number 4711')
})

test('what breaks off everywhere fails, never as if complete', async () => {
  simulator.setFault({ fault: 'cut-after-5' })
  const response = await fetch(`${api.url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${member.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'openai/gpt-4.1', input: ask(), stream: true }),
  })
  const events = (await response.text())
    .trimEnd()
    .split('\n\n')
    .map((event) => JSON.parse(event.split('\n')[1]!.slice('data: '.length)) as object)
  expect(events.slice(-2)).toMatchObject([
    { type: 'error', code: 'stream-cut', error: { code: 'stream-cut' } },
    { type: 'response.failed', response: { object: 'response', status: 'failed' } },
  ])
  expect(events.map((event) => (event as { sequence_number: number }).sequence_number)).toEqual(
    events.map((_, place) => place),
  )
  const read = responses.stream({ model: 'openai/gpt-4.1', input: ask() }).finalResponse()
  await expect(read).rejects.toBeInstanceOf(OpenAI.APIError)
})

test('what would have to be kept is refused, and costs nothing', async () => {
  const before = (await ledger()).length
  const asked = { model: 'auto', input: ask(), conversation: 'conv_1' }
  await expect(responses.create(asked)).rejects.toMatchObject({
    status: 400,
    code: 'unsupported-option',
    param: 'conversation',
  })
  expect(await ledger()).toHaveLength(before)
  expect(await admin.selectFrom('apiCalls').selectAll().execute()).toEqual([])
})

test('who leaves in the middle pays for what there was', async () => {
  simulator.setPace({ tokensPerSecond: 20, timeToFirstTokenMs: 0 })
  const prompt = ask('Tell an endless story. [tokens:3000]')
  const before = (await ledger()).length
  const stream = await responses.create({ model: 'openai/gpt-4.1', input: prompt, stream: true })
  let deltas = 0
  for await (const { type } of stream) {
    if (type === 'response.output_text.delta' && ++deltas === 5) break
  }
  await eventually(() => expect(simulator.attempts({ prompt })[0]!.endedBy).toBe('client-abort'))
  await eventually(async () => {
    const [call] = (await ledger()).slice(before)
    expect(call).toMatchObject({ state: 'aborted', estimated: true })
    expect(call!.outputTokens).toBeGreaterThan(0)
  })
})
