import Anthropic from '@anthropic-ai/sdk'
import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { afterAll, afterEach, expect, test } from 'vitest'
import { ledgerOf, memberWithKey } from '../../test/api-key.ts'
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

const sdk = (credential: { apiKey?: string; authToken?: string }): Anthropic =>
  new Anthropic({ baseURL: api.url, apiKey: null, ...credential, maxRetries: 0 })
const { messages } = sdk({ apiKey: member.secret })

let prompts = 0
const ask = (model = 'anthropic/claude-haiku-4-5', text = 'What is a lighthouse for?') => {
  const content = `${text} (${++prompts})`
  return { model, max_tokens: 4_000, messages: [{ role: 'user' as const, content }] }
}
const textOf = ({ content }: Anthropic.Message): string =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('')
const ledger = () => ledgerOf(admin, member.key)
const openCalls = () => admin.selectFrom('apiCalls').selectAll().execute()

test('a whole message, with what it cost', async () => {
  const before = (await ledger()).length
  const asked = ask()
  const { data, response } = await messages
    .create({ ...asked, metadata: { user_id: 'me' } })
    .withResponse()
  expect(data).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' })
  expect(textOf(data)).toBe(simulatedAnswer(asked.messages[0]!.content).text)
  const [call, ...others] = (await ledger()).slice(before)
  expect(others).toEqual([])
  expect(call).toMatchObject({
    state: 'completed',
    inputTokens: data.usage.input_tokens,
    outputTokens: data.usage.output_tokens,
    estimated: false,
  })
  expect(response.headers.get('x-brainlyx-cost-pico-usd')).toBe(String(call!.costPicoUsd))
  expect(response.headers.get('request-id')).toMatch(/^[\da-f]{32}$/)
})

test('a streamed one is complete when it is written down, and has nothing of ours in it', async () => {
  const before = (await ledger()).length
  const asked = ask('auto')
  const stream = messages.stream(asked)
  for await (const event of stream) {
    expect(event).not.toHaveProperty('brainlyx')
    if (event.type === 'message_stop') expect(await openCalls()).toEqual([])
  }
  const message = await stream.finalMessage()
  expect(textOf(message)).toBe(simulatedAnswer(asked.messages[0]!.content).text)
  const [call] = (await ledger()).slice(before)
  expect(call).toMatchObject({ state: 'completed', outputTokens: message.usage.output_tokens })
})

test('a tool is called, and its result is answered', async () => {
  const tools = [{ name: 'get_weather', input_schema: { type: 'object' as const } }]
  const asked = { ...ask('auto', 'What is the weather in Oslo?'), tools }
  const { content } = await messages.create({ ...asked, tool_choice: { type: 'any' } })
  const call = content.find((block) => block.type === 'tool_use')!
  expect(call).toMatchObject({ name: 'get_weather' })
  const result = {
    type: 'tool_result' as const,
    tool_use_id: call.id,
    content: 'snow, number 4711',
  }
  const later = await messages.create({
    ...asked,
    messages: [
      ...asked.messages,
      { role: 'assistant', content },
      { role: 'user', content: [result] },
    ],
  })
  expect(textOf(later)).toContain('4711')
})

test('tokens are counted, and nothing is called for that', async () => {
  const before = (await ledger()).length
  const { max_tokens: _limit, ...asked } = ask()
  expect((await messages.countTokens(asked)).input_tokens).toBeGreaterThan(4)
  expect(await ledger()).toHaveLength(before)
  await expect(messages.countTokens({ ...asked, model: 'nobody/x' })).rejects.toMatchObject({
    status: 404,
  })
})

test('a key counts in both headers of Anthropic’s SDKs, and where there are two the first does', async () => {
  expect(await sdk({ authToken: member.secret }).messages.create(ask())).toMatchObject({
    type: 'message',
  })
  const statusOf = async (path: string, headers: Record<string, string>): Promise<number> => {
    const body = JSON.stringify(ask())
    const sent = { 'content-type': 'application/json', 'x-api-key': member.secret, ...headers }
    return (await fetch(`${api.url}${path}`, { method: 'POST', headers: sent, body })).status
  }
  expect(await statusOf('/v1/messages', {})).toBe(200)
  expect(await statusOf('/v1/messages', { authorization: 'Bearer bx-nothing' })).toBe(401)
  expect(await statusOf('/v1/chat/completions', {})).toBe(401)
})

test.each<[string, object, number, string, string]>([
  ['no limit', { max_tokens: undefined }, 400, 'invalid_request_error', 'invalid-request'],
  ['an unknown model', { model: 'nobody/x' }, 404, 'not_found_error', 'model-not-found'],
  ['no messages', { messages: [] }, 400, 'invalid_request_error', 'invalid-request'],
])('%s is refused in Anthropic’s words', async (_what, options, status, type, problem) => {
  const asked = { ...ask(), ...options } as Anthropic.MessageCreateParamsNonStreaming
  await expect(messages.create(asked)).rejects.toMatchObject({
    status,
    error: { type: 'error', error: { type, problem } },
    requestID: expect.stringMatching(/^[\da-f]{32}$/),
  })
})

test('what breaks off everywhere fails, never as if complete', async () => {
  simulator.setFault({ fault: 'cut-after-5' })
  const stream = messages.stream(ask('openai/gpt-4.1'))
  const types: string[] = []
  stream.on('streamEvent', ({ type }) => types.push(type))
  await expect(stream.finalMessage()).rejects.toThrow(/stream-cut/)
  expect(types).not.toContain('message_stop')
  expect(await openCalls()).toEqual([])
})
