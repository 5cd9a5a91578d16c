import { afterAll, beforeEach, expect, test } from 'vitest'
import { startScriptedRouter } from '../../test/scripted-router.ts'
import { createRouterClient } from './router-client.ts'

const router = await startScriptedRouter()
const client = createRouterClient({
  url: router.url,
  signToken: async (audience) => `token-for-${audience}`,
})
afterAll(async () => {
  await client.close()
  await router.close()
})
beforeEach(() => void router.exchanges.splice(0))

const request = { model: 'auto', messages: [{ role: 'user' as const, content: 'Hi' }] }

async function read(signal = new AbortController().signal): Promise<string> {
  let text = ''
  for await (const chunk of client.stream(request, signal))
    text += chunk.choices[0]?.delta.content ?? ''
  return text
}

test('a stream ends normally at [DONE], and asks for events with a token for the router', async () => {
  router.play(({ open, send, finish }) => {
    open()
    send('Hello ')
    send('there.')
    finish()
  })
  expect(await read()).toBe('Hello there.')
  const { request: sent, body } = router.exchanges[0]!
  expect(sent.headers).toMatchObject({
    'x-brainlyx-events': '1',
    authorization: 'Bearer token-for-provider-router',
  })
  expect(body).toMatchObject({ stream: true, stream_options: { include_usage: true } })
})

test('a body cut into single bytes, inside characters too, gives the same text', async () => {
  const text = 'Grüße, 世界 👋 — done'
  router.play(async ({ response, open }) => {
    open()
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' }
    const data = JSON.stringify({
      ...chunk,
      choices: [{ index: 0, delta: { content: text }, finish_reason: null }],
    })
    for (const byte of Buffer.from(`data: ${data}\r\n\r\ndata: [DONE]\n\n`)) {
      response.write(Buffer.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  })
  expect(await read()).toBe(text)
})

test.each(['end', 'destroy'] as const)(
  'a body that ends by %s without [DONE] is a cut answer',
  async (how) => {
    router.play(({ open, send, response }) => {
      open()
      send('Hello ')
      setImmediate(() => response[how]())
    })
    await expect(read()).rejects.toMatchObject({ code: 'answer-cut', retryable: true })
  },
)

test('an error in the stream is that error, and nothing after it counts', async () => {
  router.play(({ open, send, response }) => {
    open()
    send('Hello ')
    const error = {
      message: 'The provider is busy.',
      type: 'x',
      param: null,
      code: 'rate-limited',
      status: 429,
      retryable: true,
      retryAfterMs: 2_000,
    }
    response.write(`data: ${JSON.stringify({ error })}\n\n`)
    response.end('data: [DONE]\n\n')
  })
  await expect(read()).rejects.toMatchObject({
    code: 'rate-limited',
    status: 429,
    retryable: true,
    retryAfterMs: 2_000,
    detail: 'The provider is busy.',
  })
})

test('a whole answer is asked for by the name that its request has', async () => {
  router.play(({ response }) => {
    const message = { role: 'assistant', content: 'Whales' }
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        id: 'a',
        object: 'chat.completion',
        created: 0,
        model: 'fast',
        choices: [{ index: 0, message, finish_reason: 'stop' }],
      }),
    )
  })
  const { choices } = await client.complete(request, { idempotencyKey: 'outbox-1' })
  expect(choices[0]?.message.content).toBe('Whales')
  const { request: sent, body } = router.exchanges[0]!
  expect(sent.headers).toMatchObject({ 'idempotency-key': 'outbox-1' })
  expect(body).toMatchObject({ stream: false })
})

test('an error response keeps its code, status and whether to try again', async () => {
  router.play(({ response }) => {
    const error = {
      message: 'Too long.',
      type: 'x',
      param: null,
      code: 'context_length_exceeded',
      problem: 'context-too-long',
      retryable: false,
    }
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
  })
  await expect(read()).rejects.toMatchObject({
    code: 'context-too-long',
    status: 400,
    retryable: false,
  })
})

test.each([401, 403])('that the router refuses us (%d) is not the user’s fault', async (status) => {
  router.play(({ response }) => {
    const error = { message: 'CANARY', type: 'x', param: null, code: 'invalid-service-token' }
    response.writeHead(status).end(JSON.stringify({ error }))
  })
  const refusal = await read().catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'router-refused', status: 502 })
  expect((refusal as { detail: string }).detail).not.toContain('CANARY')
})

test.each([
  ['an HTML page', '<h1>Bad gateway CANARY</h1>', 502],
  ['another shape', '{"oops":"CANARY"}', 500],
])('%s as an error is not passed on', async (_name, body, status) => {
  router.play(({ response }) => void response.writeHead(status).end(body))
  const error = await read().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'router-malformed', status: 502, retryable: true })
  expect(JSON.stringify(error)).not.toContain('CANARY')
})

test('a router that is not there is unavailable', async () => {
  const away = createRouterClient({ url: 'http://127.0.0.1:1' })
  await expect(away.listModels()).rejects.toMatchObject({
    code: 'router-unavailable',
    status: 503,
    retryable: true,
  })
  await away.close()
})

test('aborting hangs up on the router', async () => {
  const abort = new AbortController()
  const hungUp = Promise.withResolvers<void>()
  router.play(({ open, send, hungUp: gone }) => {
    open()
    send('Hello')
    gone.addEventListener('abort', () => hungUp.resolve())
    setImmediate(() => abort.abort())
  })
  await expect(read(abort.signal)).rejects.toThrow()
  await hungUp.promise
})

test('streams that were read to their end share one connection', async () => {
  router.play(({ open, send, finish }) => {
    open()
    send('Hello')
    finish()
  })
  await read()
  const before = router.connections()
  for (let index = 0; index < 5; index++) await read()
  expect(router.connections()).toBe(before)
})
