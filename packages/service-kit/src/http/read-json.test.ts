import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { request as rawRequest } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lifecycle } from '../lifecycle.ts'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { currentTrace } from '../trace.ts'
import { createHttpApp } from './http-app.ts'
import { listen } from './listen.ts'

const logger = createLogger({ service: 'test', level: 'silent' })
const lifecycle = new Lifecycle(logger)
let address: AddressInfo

beforeAll(async () => {
  const app = createHttpApp({
    logger,
    metrics: createMetrics('test'),
    body: { limitBytes: 100 },
    configure: (routes) => {
      routes.post('/echo', (request, response) => {
        response.json({ body: request.body as unknown, traceId: currentTrace()?.traceId })
      })
    },
  })
  const options = { name: 'http', host: '127.0.0.1', port: 0 }
  const { server } = await listen(lifecycle, app, options)
  address = server.address() as AddressInfo
})
afterAll(() => lifecycle.shutdown())

interface Sent {
  readonly type?: string
  /** Without a length, so that Express's own reader has it. */
  readonly inChunks?: boolean
}

async function send(body: string, { type = 'application/json', inChunks = false }: Sent = {}) {
  const response = await rawRequest(`http://127.0.0.1:${address.port}/echo`, {
    method: 'POST',
    body: inChunks ? Readable.from([Buffer.from(body)]) : body,
    headers: { 'content-type': type },
  })
  const answer = (await response.body.json()) as { body?: unknown; code?: string; traceId: string }
  const { traceId } = answer
  expect(traceId).toBe(response.headers['x-trace-id'])
  return { status: response.statusCode, body: answer.body, code: answer.code }
}

test.each([
  ['an object', '{"a":[1,"é👋"]}', {}],
  ['a list', '[1]', {}],
  ['nothing', '', {}],
  ['a mark of byte order', '\u{feff}{"a":1}', {}],
  ['space around', ' \n{"a":1}\t', {}],
  ['a bare value', '1', {}],
  ['broken JSON', '{"a":', {}],
  ['a NUL escape', String.raw`{"a":"\u0000"}`, {}],
  ['more than is allowed', JSON.stringify({ a: 'x'.repeat(100) }), {}],
  ['a stated encoding', '{"a":"é"}', { type: 'application/json; charset=utf-8' }],
  ['an encoding that is not for JSON', '{"a":1}', { type: 'application/json; charset=latin1' }],
  ['another kind', '{"a":1}', { type: 'text/plain' }],
])('%s is answered alike by our reader and by Express’s', async (_what, body, sent) => {
  expect(await send(body, sent)).toEqual(await send(body, { ...sent, inChunks: true }))
})

test('what is read is what was sent', async () => {
  expect(await send('{"a":[1,"é👋"]}')).toMatchObject({ status: 200, body: { a: [1, 'é👋'] } })
  expect(await send('1')).toMatchObject({ status: 400, code: 'malformed-body' })
  expect(await send('')).toMatchObject({ status: 200, body: {} })
})

test('a caller that leaves in the middle of its body harms nobody', async () => {
  const socket = connect(address.port, address.address)
  await once(socket, 'connect')
  socket.write(
    'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"a"',
  )
  // It is in the middle once another has been answered.
  await send('{}')
  socket.destroy()
  await once(socket, 'close')
  expect(await send('{}')).toMatchObject({ status: 200 })
})
