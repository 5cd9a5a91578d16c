// Who names what was said before in place of sending it, as OpenAI's clients do by default: two replicas, one Redis.
import { createOpenAI } from '@ai-sdk/openai'
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { generateText } from 'ai'
import { Redis } from 'ioredis'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startRedisProxy } from '../coordination/redis-proxy.ts'
import type { RedisProxy } from '../coordination/redis-proxy.ts'
import { newPrompt } from '../http/ask-router.ts'
import { EVERYWHERE, EVERY_PROVIDER } from '../http/every-provider.ts'
import { startReplicasUnderTest } from '../http/replicas-under-test.ts'
import { startRouterUnderTest } from '../http/router-under-test.ts'
import type { RouterUnderTest } from '../http/router-under-test.ts'
import { LOOK, SEEN } from './look-outside.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let redis: TestRedis
let simulator: Simulator
let proxy: RedisProxy
let a: RouterUnderTest
let b: RouterUnderTest
beforeAll(async () => {
  ;[simulator, redis] = await Promise.all([startSimulator(), createTestRedis()])
  proxy = await startRedisProxy(redis.url)
  ;[a, b] = await startReplicasUnderTest({
    yaml: EVERY_PROVIDER,
    environment: { SIMULATOR: simulator.url },
    redisUrls: [redis.url, proxy.url],
  })
})
afterAll(async () => {
  await Promise.all([a.close(), b.close()])
  await proxy.close()
  await redis.close()
  await simulator.close()
})

const gpt = { model: 'openai/gpt-4.1' }

function callIn({ output }: OpenAI.Responses.Response): OpenAI.Responses.ResponseFunctionToolCall {
  return output.find((item) => item.type === 'function_call')!
}

const resultOf = ({ call_id: id }: { call_id: string }) => ({
  type: 'function_call_output' as const,
  call_id: id,
  output: SEEN,
})

const refusalOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )

test('Claude thinks on from what is kept, which nobody else is told', async () => {
  const asked = {
    model: 'anthropic/claude',
    tools: [LOOK],
    reasoning: { effort: 'low' as const, summary: 'auto' as const },
  }
  const question = { role: 'user' as const, content: newPrompt('Use the tool look_outside.') }
  const first = await a.client.responses.create({ ...asked, input: [question] })
  expect(first.output).toMatchObject([{ type: 'reasoning' }, { type: 'function_call' }])
  const named = first.output.map(({ id }) => ({ type: 'item_reference' as const, id: id! }))
  const forms = [
    { previous_response_id: first.id, input: [resultOf(callIn(first))] },
    // As the SDK of Vercel names all that it was answered.
    { input: [question, ...named, resultOf(callIn(first))] },
  ]
  for (const form of forms) {
    const later = await b.client.responses.create({ ...asked, ...form })
    // Without its thoughts this Claude is not let think before it has answered.
    expect(later.output.map(({ type }) => type)).toEqual(['reasoning', 'message'])
    expect(later.output_text).toContain(SEEN)
  }
  const read = await b.client.responses.retrieve(first.id)
  expect(read).toEqual(first)
  expect(JSON.stringify(read)).not.toContain('encrypted_content')
  const { data } = await b.client.responses.inputItems.list(first.id)
  expect(data.map(({ type }) => type)).toEqual(['message'])
})

test('what was offered in the conversation is offered to who goes on from it', async () => {
  const model = 'anthropic/claude'
  const offer = { type: 'additional_tools' as const, role: 'developer' as const, tools: [LOOK] }
  const opening = await a.client.responses.create({
    model,
    input: [offer, { role: 'user', content: newPrompt() }],
  })
  const first = await b.client.responses.create({
    model,
    input: newPrompt('Use the tool look_outside.'),
    previous_response_id: opening.id,
  })
  expect(callIn(first)).toMatchObject({ name: 'look_outside' })
  const { data } = await b.client.responses.inputItems.list(first.id, { order: 'asc' })
  expect(data[0]).toMatchObject({ id: expect.stringMatching(/^at_/), type: 'additional_tools' })
})

test.each(EVERYWHERE)('%s goes on from a response by its id, at another replica', async (model) => {
  const asked = { model, tools: [LOOK] }
  const opening = await a.client.responses.create({ model, input: newPrompt() })
  expect(opening).toMatchObject({ store: true, previous_response_id: null })
  const first = await a.client.responses.create({
    ...asked,
    input: newPrompt('Use the tool look_outside.'),
    previous_response_id: opening.id,
  })
  const second = await b.client.responses.create({
    ...asked,
    input: [resultOf(callIn(first))],
    previous_response_id: first.id,
  })
  expect(second.output_text).toContain(SEEN)
  expect(second.previous_response_id).toBe(first.id)
  // The whole conversation is counted, as it was sent.
  expect(second.usage!.input_tokens).toBeGreaterThan(first.usage!.input_tokens)
  expect(first.usage!.input_tokens).toBeGreaterThan(opening.usage!.input_tokens)
})

test('who hears the end of a stream may go on from it at once', async () => {
  const asked = { ...gpt, tools: [LOOK] }
  const stream = await b.client.responses.create({
    ...asked,
    input: newPrompt('Use the tool look_outside.'),
    stream: true,
  })
  for await (const event of stream) {
    if (event.type !== 'response.completed') continue
    const { response } = event
    const later = await a.client.responses.create({
      ...asked,
      input: [resultOf(callIn(response))],
      previous_response_id: response.id,
    })
    expect(later.output_text).toContain(SEEN)
  }
  expect.assertions(1)
})

test.each(EVERYWHERE)('%s is told what items of earlier answers said', async (model) => {
  const prompt = { role: 'user' as const, content: newPrompt('Use the tool look_outside.') }
  const first = await a.client.responses.create({ model, tools: [LOOK], input: [prompt] })
  const references = first.output.map(({ id }) => ({ type: 'item_reference' as const, id: id! }))
  const input = [prompt, ...references, resultOf(callIn(first))]
  const later = await b.client.responses.create({ model, tools: [LOOK], input })
  expect(later.output_text).toContain(SEEN)
})

test('the Vercel AI SDK, which names what it said, goes on with a conversation', async () => {
  const sent: string[] = []
  const openai = createOpenAI({
    baseURL: `${a.url}/v1`,
    apiKey: a.client.apiKey!,
    fetch(url, init) {
      sent.push(init?.body as string)
      return fetch(url, init)
    },
  })
  const asked = { model: openai('anthropic/claude'), maxRetries: 0 }
  const question = { role: 'user' as const, content: newPrompt() }
  const { responseMessages } = await generateText({ ...asked, messages: [question] })
  const later = { role: 'user' as const, content: newPrompt('And now?') }
  const messages = [question, ...responseMessages, later]
  const { text } = await generateText({ ...asked, messages })
  expect(sent.at(-1)).toContain('item_reference')
  expect(text).not.toBe('')
})

async function serviceClient(router: RouterUnderTest): Promise<OpenAI> {
  const authorization = await router.serviceToken('chat-api')
  const baseURL = `${router.url}/v1`
  return new OpenAI({ baseURL, apiKey: 'none', defaultHeaders: { authorization }, maxRetries: 0 })
}

test('what was not to be kept, is another’s or never was is not found', async () => {
  const unkept = await a.client.responses.create({ ...gpt, input: newPrompt(), store: false })
  expect(unkept).toMatchObject({ store: false })
  // Who has a key may say any user, as at OpenAI; a service speaks for many.
  const own = await a.client.responses.create({ ...gpt, input: newPrompt(), user: 'one' })
  const service = await serviceClient(a)
  const { id, output } = await service.responses.create({ ...gpt, input: newPrompt(), user: 'one' })
  const goOn = ({ responses }: OpenAI, previous: string, user?: string): Promise<unknown> =>
    refusalOf(
      responses.create({
        ...gpt,
        input: newPrompt(),
        previous_response_id: previous,
        ...(user === undefined ? {} : { user }),
      }),
    )
  for (const refused of [
    await goOn(a.client, unkept.id),
    await goOn(service, id),
    await goOn(service, id, 'two'),
    await goOn(a.client, id, 'one'),
    await goOn(a.otherClient, own.id, 'one'),
    await goOn(a.client, 'resp_1'),
  ]) {
    expect(refused).toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
      error: { problem: 'previous-response-not-found', retryable: false },
    })
  }
  expect(await goOn(await serviceClient(b), id, 'one')).toBeUndefined()
  expect(await goOn(b.client, own.id)).toBeUndefined()
  const item = { type: 'item_reference' as const, id: output[0]!.id! }
  const input = [item, { role: 'user' as const, content: newPrompt() }]
  const named = (user: string) => refusalOf(service.responses.create({ ...gpt, input, user }))
  const missed = { status: 404, code: 'item-not-found', param: 'input[0]' }
  expect(await named('two')).toMatchObject(missed)
  expect(await named('one')).toBeUndefined()
})

const notFound = { status: 404, code: 'response-not-found', error: { retryable: false } }

test.each(EVERYWHERE)('a response of %s is read as it was told, at any replica', async (model) => {
  const asked = { model, input: newPrompt(), metadata: { topic: 'birds' } }
  const told = await a.client.responses.create(asked)
  expect(await b.client.responses.retrieve(told.id)).toEqual(told)
  const stream = await a.client.responses.create({ ...asked, input: newPrompt(), stream: true })
  for await (const event of stream) {
    if (event.type !== 'response.completed') continue
    const { response } = event
    expect(await b.client.responses.retrieve(response.id)).toMatchObject({ ...response })
  }
  expect.assertions(2)
})

test('what a response answers is listed page by page, with all that was said before it', async () => {
  const prompts = [newPrompt('Use the tool look_outside.'), newPrompt('And now?')] as const
  const asked = { ...gpt, tools: [LOOK] }
  const first = await a.client.responses.create({ ...asked, input: prompts[0] })
  const call = callIn(first)
  const second = await a.client.responses.create({
    ...asked,
    input: [resultOf(call), { role: 'user', content: prompts[1] }],
    previous_response_id: first.id,
  })
  const listed = async (order: 'asc' | 'desc', limit: number) => {
    const items: OpenAI.Responses.ResponseItem[] = []
    for await (const item of b.client.responses.inputItems.list(second.id, { order, limit })) {
      items.push(item)
    }
    return items
  }
  const said = (text: string) => ({ role: 'user', content: [{ type: 'input_text', text }] })
  const inOrder = await listed('asc', 100)
  expect(inOrder).toMatchObject([
    said(prompts[0]),
    ...first.output.filter(({ type }) => type !== 'reasoning').map(({ id }) => ({ id })),
    { type: 'function_call_output', call_id: call.call_id, output: SEEN },
    said(prompts[1]),
  ])
  expect(new Set(inOrder.map(({ id }) => id)).size).toBe(inOrder.length)
  expect(await listed('asc', 1)).toEqual(inOrder)
  expect(await listed('desc', 2)).toEqual(inOrder.toReversed())
  const wrong = (query: object) => refusalOf(b.client.responses.inputItems.list(second.id, query))
  expect(await wrong({ limit: 0 })).toMatchObject({ status: 400, param: 'limit' })
  expect(await wrong({ after: 'msg_1' })).toMatchObject({ status: 400, param: 'after' })
})

test('a response that is deleted is gone, with its items, for whoever follows it too', async () => {
  const { client } = a
  const first = await client.responses.create({ ...gpt, input: newPrompt() })
  const later = await client.responses.create({
    ...gpt,
    input: newPrompt(),
    previous_response_id: first.id,
  })
  await b.client.responses.delete(first.id)
  const { responses } = client
  expect(await refusalOf(responses.retrieve(first.id))).toMatchObject(notFound)
  expect(await refusalOf(responses.inputItems.list(first.id))).toMatchObject(notFound)
  expect(await refusalOf(responses.delete(first.id))).toMatchObject(notFound)
  const item = { type: 'item_reference' as const, id: first.output[0]!.id! }
  const next = { role: 'user' as const, content: newPrompt() }
  expect(await refusalOf(responses.create({ ...gpt, input: [item, next] }))).toMatchObject({
    code: 'item-not-found',
  })
  expect(
    await refusalOf(responses.create({ ...gpt, input: [next], previous_response_id: later.id })),
  ).toMatchObject({ code: 'previous_response_not_found' })
  expect(await responses.retrieve(later.id)).toMatchObject({ id: later.id })
})

test('what is kept is read, listed and deleted by nobody else', async () => {
  const service = await serviceClient(a)
  const { id } = await service.responses.create({ ...gpt, input: newPrompt(), user: 'one' })
  const as = (user: string) => ({ query: { user } })
  for (const { responses, options } of [
    { responses: service.responses, options: as('two') },
    { responses: service.responses, options: {} },
    { responses: a.client.responses, options: as('one') },
  ]) {
    expect(await refusalOf(responses.retrieve(id, {}, options))).toMatchObject(notFound)
    expect(await refusalOf(responses.inputItems.list(id, {}, options))).toMatchObject(notFound)
    expect(await refusalOf(responses.delete(id, options))).toMatchObject(notFound)
  }
  expect(await service.responses.retrieve(id, {}, as('one'))).toMatchObject({ id })
  await service.responses.delete(id, as('one'))
})

test('a response that is kept as a whole is not streamed', async () => {
  const { id } = await a.client.responses.create({ ...gpt, input: newPrompt() })
  const refused = await refusalOf(a.client.responses.retrieve(id, { stream: true }))
  expect(refused).toMatchObject({ status: 400, code: 'unsupported-option', param: 'stream' })
})

test('nobody who looks into Redis reads what was said, and it goes by itself, later where it is used', async () => {
  const connection = new Redis(redis.url)
  try {
    const canary = `canary-${crypto.randomUUID()}`
    const { id } = await a.client.responses.create({ ...gpt, input: newPrompt(canary) })
    const keys = await connection.keys('*response:*')
    expect(keys.length).toBeGreaterThan(0)
    for (const key of keys) {
      const bytes = Buffer.from((await connection.get(key)) ?? '', 'base64').toString('latin1')
      expect(`${key} ${bytes}`).not.toContain(canary)
      expect(`${key} ${bytes}`).not.toContain(id)
      const leftMs = await connection.pttl(key)
      expect(leftMs).toBeGreaterThan(0)
      expect(leftMs).toBeLessThanOrEqual(24 * 3_600_000)
      await connection.pexpire(key, 60_000)
    }
    await a.client.responses.create({ ...gpt, input: newPrompt(), previous_response_id: id })
    const left = await Promise.all(keys.map((key) => connection.pttl(key)))
    expect(left.filter((ms) => ms > 60_000)).toHaveLength(1)
  } finally {
    connection.disconnect()
  }
})

test('without Redis answers go on, and who counts on what was kept is told to try again', async () => {
  const { id } = await b.client.responses.create({ ...gpt, input: newPrompt() })
  await proxy.cut()
  await eventually(() => expect(b.coordination.isConnected).toBe(false))
  const refused = await refusalOf(
    b.client.responses.create({ ...gpt, input: newPrompt(), previous_response_id: id }),
  )
  expect(refused).toMatchObject({
    status: 503,
    error: { problem: 'kept-responses-away', retryable: true },
  })
  for (const away of [b.client.responses.retrieve(id), b.client.responses.delete(id)]) {
    expect(await refusalOf(away)).toMatchObject({ status: 503, code: 'kept-responses-away' })
  }
  const answered = await b.client.responses.create({ ...gpt, input: newPrompt() })
  expect(answered).toMatchObject({ status: 'completed', store: false })
  await proxy.restore()
  await eventually(() => expect(b.coordination.isConnected).toBe(true))
  const later = await b.client.responses.create({
    ...gpt,
    input: newPrompt(),
    previous_response_id: id,
  })
  expect(later.status).toBe('completed')
})

test('where the configuration says so nothing is kept', async () => {
  const router = await startRouterUnderTest({
    yaml: `keepResponsesHours: 0\n${EVERY_PROVIDER}`,
    environment: { SIMULATOR: simulator.url },
    redisUrl: redis.url,
  })
  try {
    const { responses } = router.client
    const unkept = await responses.create({ ...gpt, input: newPrompt() })
    expect(unkept).toMatchObject({ store: false })
    const refused = await refusalOf(
      responses.create({ ...gpt, input: newPrompt(), previous_response_id: unkept.id }),
    )
    expect(refused).toMatchObject({ status: 400, code: 'unsupported-option' })
  } finally {
    await router.close()
  }
})
