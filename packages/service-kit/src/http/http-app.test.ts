import { Lifecycle } from '../lifecycle.ts'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import type { Metrics } from '../metrics.ts'
import { ServiceError } from '../service-error.ts'
import { createHttpApp } from './http-app.ts'
import { listen } from './listen.ts'
import { startOpsServer } from './ops-server.ts'
import { openSse, writeSse } from './server-sent-events.ts'
import { gzipSync } from 'node:zlib'
import { Agent, request as rawRequest } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'

const logger = createLogger({ service: 'test', level: 'silent' })
const lifecycle = new Lifecycle(logger)
let metrics: Metrics
let url: string
let releaseStream: () => void

beforeAll(async () => {
  metrics = createMetrics('test')
  const app = createHttpApp({
    logger,
    metrics,
    body: { limitBytes: 10_000 },
    errorFormat: (request) => (request.path.startsWith('/v1/') ? 'openai' : 'problem'),
    configure: (routes) => {
      routes.post('/echo', (request, response) => void response.json(request.body))
      routes.get('/items/:id', (request, response) => void response.json({ id: request.params.id }))
      routes.get('/long', (_request, response) => void response.json({ text: 'x'.repeat(5_000) }))
      routes.get('/crash', () => {
        throw new Error('CANARY: password of the database')
      })
      routes.get(['/busy', '/v1/busy'], () => {
        throw new ServiceError({
          code: 'too-busy',
          status: 503,
          title: 'Busy.',
          retryable: true,
          retryAfterMs: 1_500,
        })
      })
      routes.get('/stream', (_request, response) => {
        openSse(response)
        writeSse(response, { event: 'first', id: '1-0', data: 'one\ntwo' })
        releaseStream = () => {
          writeSse(response, { comment: 'still here' })
          response.end()
        }
      })
    },
  })
  url = `http://127.0.0.1:${(await listen(lifecycle, app, { name: 'http', host: '127.0.0.1', port: 0 })).port}`
})

afterAll(() => lifecycle.shutdown())

const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(`${url}/echo`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body)),
    headers: { 'content-type': 'application/json', ...headers },
  })

test('JSON is parsed, and escaped backslashes before u0000 are only text', async () => {
  const body = JSON.stringify({
    text: String.raw`\u0000 is how JSON writes NUL`,
    emoji: '👋',
    nested: [[1]],
  })
  const response = await post(body)
  expect(await response.text()).toBe(body)
})

test.each([
  ['broken JSON', '{"a":', {}, 400],
  ['a NUL escape', String.raw`{"a":"\u0000"}`, {}, 400],
  ['a NUL escape in a key', String.raw`{"\u0000":1}`, {}, 400],
  ['half of a surrogate pair', String.raw`{"a":"\ud83d"}`, {}, 400],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), {}, 400],
  ['nesting of 10,000', '['.repeat(5_000) + ']'.repeat(4_999), {}, 400],
  ['a body over the limit', JSON.stringify('x'.repeat(20_000)), {}, 413],
  [
    'a gzip bomb',
    gzipSync(JSON.stringify('x'.repeat(5_000_000))),
    { 'content-encoding': 'gzip' },
    413,
  ],
  ['an unknown encoding', '{}', { 'content-encoding': 'rot13' }, 415],
  ['an unknown charset', '{}', { 'content-type': 'application/json; charset=ebcdic' }, 415],
  ['another media type', '<a/>', { 'content-type': 'application/xml' }, 415],
])('%s is refused as a problem', async (_name, body, headers, status) => {
  const response = await post(body, headers)
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toMatch('application/problem+json')
  const problem = (await response.json()) as Record<string, unknown>
  expect(problem).toMatchObject({ status, retryable: false, retryAfterMs: null })
  expect(problem['traceId']).toBe(response.headers.get('x-trace-id'))
})

test('a surrogate pair written as escapes is an emoji like any other', async () => {
  const response = await post(String.raw`{"a":"\ud83d\ude00"}`)
  expect(await response.json()).toEqual({ a: '😀' })
})

test('a crash leaves as a 500 without its words', async () => {
  const response = await fetch(`${url}/crash`)
  const text = await response.text()
  expect(response.status).toBe(500)
  expect(text).not.toContain('CANARY')
  expect(JSON.parse(text)).toMatchObject({ code: 'internal-error', retryable: true })
})

test('an error is a problem, or in OpenAI’s shape where that was promised; both say when to retry', async () => {
  const problem = await fetch(`${url}/busy`)
  expect(await problem.json()).toMatchObject({
    code: 'too-busy',
    retryable: true,
    retryAfterMs: 1_500,
  })
  const openai = await fetch(`${url}/v1/busy`)
  expect(openai.headers.get('retry-after')).toBe('2')
  expect(await openai.json()).toMatchObject({
    error: { code: 'too-busy', type: 'server_error', retryable: true },
  })
})

test.each(['/nowhere', '/items/%ff', '/items/%'])(
  '%s is a problem, not a page of Express',
  async (path) => {
    const response = await rawRequest(`${url}${path}`)
    expect([400, 404]).toContain(response.statusCode)
    expect(response.headers['content-type']).toMatch('application/problem+json')
    await response.body.dump()
  },
)

test('the caller’s trace id comes back', async () => {
  const traceId = 'c'.repeat(32)
  const response = await fetch(`${url}/items/1`, {
    headers: { traceparent: `00-${traceId}-${'d'.repeat(16)}-01` },
  })
  expect(response.headers.get('x-trace-id')).toBe(traceId)
})

test('responses are compressed and carry security headers', async () => {
  const response = await rawRequest(`${url}/long`, { headers: { 'accept-encoding': 'gzip, br' } })
  expect(response.headers['content-encoding']).toBe('br')
  expect(response.headers['x-content-type-options']).toBe('nosniff')
  expect(response.headers['content-security-policy']).toContain("default-src 'none'")
  await response.body.dump()
})

test.each(['gzip', 'br'])(
  'a frame of a %s stream arrives before the next one is written',
  async (encoding) => {
    const response = await fetch(`${url}/stream`, { headers: { 'accept-encoding': encoding } })
    expect(response.headers.get('content-encoding')).toBe(encoding)
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    const first = await reader.read()
    expect(first.value).toBe('id: 1-0\nevent: first\ndata: one\ndata: two\n\n')
    releaseStream()
    let rest = ''
    for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value
    expect(rest).toBe(': still here\n\n')
  },
)

test('metrics count by route pattern and status class, never by path', async () => {
  await fetch(`${url}/items/secret-id`)
  const text = await metrics.registry.metrics()
  expect(text).toMatch(/http_requests_total\{[^}]*route="\/items\/:id"[^}]*status_class="2xx"/)
  expect(text).toMatch(/http_requests_total\{[^}]*status_class="5xx"/)
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds')
  expect(text).not.toContain('secret-id')
})

test('the operations server tells of life, readiness and metrics; a shutdown makes it unready', async () => {
  const ours = new Lifecycle(logger)
  const stillServing = Promise.withResolvers<void>()
  const { port } = await startOpsServer(ours, {
    host: '127.0.0.1',
    port: 0,
    metrics,
    readiness: async () => ({ ready: true, degraded: ['redis'] }),
  })
  ours.register('work', () => stillServing.promise)
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
  expect((await get('/livez')).status).toBe(200)
  expect(await (await get('/readyz')).json()).toEqual({ ready: true, degraded: ['redis'] })
  expect(await (await get('/metrics')).text()).toContain('process_cpu_user_seconds_total')
  const stopped = ours.shutdown()
  expect((await get('/readyz')).status).toBe(503)
  stillServing.resolve()
  await stopped
})

test('a kept-alive connection does not hold up a shutdown once its answer is out', async () => {
  const ours = new Lifecycle(logger)
  const answering = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const { port } = await listen(
    ours,
    (_request, response) => {
      answering.resolve()
      void answered.promise.then(() => response.end('done'))
    },
    { name: 'slow', host: '127.0.0.1', port: 0 },
  )
  const client = new Agent({ keepAliveTimeout: 60_000 })
  const response = rawRequest(`http://127.0.0.1:${port}/`, { dispatcher: client })
  await answering.promise
  const stopped = ours.shutdown()
  answered.resolve()
  expect(await (await response).body.text()).toBe('done')
  const first = await Promise.race([stopped.then(() => 'stopped'), closedByKeepAlive()])
  expect(first).toBe('stopped')
  await client.close()
})

/** Node would close the connection by itself after five seconds. */
function closedByKeepAlive(): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, 3_000, 'still open').unref())
}

test('while a shutdown pauses requests are served, each on a connection that closes after it', async () => {
  const ours = new Lifecycle(logger)
  const { port } = await listen(ours, (_request, response) => void response.end('served'), {
    name: 'http',
    host: '127.0.0.1',
    port: 0,
  })
  const operations = await startOpsServer(ours, {
    host: '127.0.0.1',
    port: 0,
    metrics: createMetrics('pausing'),
    readiness: async () => ({ ready: true, degraded: [] }),
  })
  const before = await fetch(`http://127.0.0.1:${port}/`)
  expect(before.headers.get('connection')).toBe('keep-alive')
  await before.text()
  const shutdown = ours.shutdown({ pauseMs: 1_000 })
  expect((await fetch(`http://127.0.0.1:${operations.port}/readyz`)).status).toBe(503)
  for (let index = 0; index < 3; index++) {
    const during = await fetch(`http://127.0.0.1:${port}/`)
    expect(await during.text()).toBe('served')
    expect(during.headers.get('connection')).toBe('close')
  }
  await shutdown
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
})

test('a taken port is named', async () => {
  const port = Number(new URL(url).port)
  await expect(
    listen(new Lifecycle(logger), () => {}, { name: 'second', host: '127.0.0.1', port }),
  ).rejects.toThrow(`port ${port} of 127.0.0.1 is taken by another program`)
})
