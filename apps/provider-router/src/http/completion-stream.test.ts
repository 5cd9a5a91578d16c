import {
  Lifecycle,
  createHttpApp,
  createLogger,
  createMetrics,
  listen,
} from '@brainlyx/service-kit'
import type { ChatCompletionChunk } from '@brainlyx/router-contract'
import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { request } from 'undici'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { CompletionStream } from './completion-stream.ts'

const logger = createLogger({ service: 'test', level: 'silent' })
const lifecycle = new Lifecycle(logger)
const COUNT = 4_000
const BURSTS = 5
let origin: string
let url: string
/** How far the writer has come, and whether it has ended. */
let written = 0
let ended = Promise.withResolvers<void>()

beforeAll(async () => {
  const app = createHttpApp({
    logger,
    metrics: createMetrics('test'),
    configure: (routes) => {
      routes.get('/stream', async (_request, response) => {
        written = 0
        ended = Promise.withResolvers()
        const stream = new CompletionStream(response)
        for (let index = 0; index < COUNT && !response.destroyed; index++) {
          await stream.write([chunk(index)])
          written++
        }
        stream.end([])
        ended.resolve()
      })
      routes.get('/bursts', async (_request, response) => {
        const stream = new CompletionStream(response)
        for (let burst = 0; burst < BURSTS; burst++) {
          // Not awaited: several in one tick.
          for (let index = 0; index < 3; index++) void stream.write([said(`${burst}.${index} 👋é`)])
          await nextTurn()
        }
        stream.end([said('the end')])
      })
    },
  })
  const { port, server } = await listen(lifecycle, app, {
    name: 'http',
    host: '127.0.0.1',
    port: 0,
  })
  lifecycle.register('connections', () => server.closeAllConnections())
  origin = `http://127.0.0.1:${port}`
  url = `${origin}/stream`
})
afterAll(() => lifecycle.shutdown())

/** Some 5 kB that no compressor shortens much. */
function chunk(index: number): ChatCompletionChunk {
  const content = randomBytes(3_600).toString('base64')
  return { ...said(content), id: String(index) }
}

function said(content: string): ChatCompletionChunk {
  const choices = [{ index: 0, delta: { content }, finish_reason: null }]
  return { id: content, object: 'chat.completion.chunk', created: 0, model: 'm', choices }
}

/** Waits until the writer has come to rest. */
async function standstill(): Promise<number> {
  let before = -1
  await vi.waitFor(
    () => {
      const moved = written !== before
      before = written
      expect(moved || written === 0).toBe(false)
    },
    { interval: 100, timeout: 10_000 },
  )
  return written
}

test.each(['identity', 'gzip'])(
  'a reader that pauses stops the writer, and gets everything in the end (%s)',
  async (encoding) => {
    const warnings: string[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning.name)
    process.on('warning', onWarning)
    const { body, headers } = await request(url, { headers: { 'accept-encoding': encoding } })
    const stoppedAt = await standstill()
    expect(stoppedAt).toBeLessThan(COUNT)
    const text = headers['content-encoding'] === 'gzip' ? body.pipe(createGunzip()) : body
    const ids: string[] = []
    let rest = ''
    for await (const bytes of text) {
      rest += String(bytes)
      const events = rest.split('\n\n')
      rest = events.pop()!
      for (const event of events) {
        const data = event.slice('data: '.length)
        ids.push(data === '[DONE]' ? data : (JSON.parse(data) as { id: string }).id)
      }
    }
    expect(ids).toEqual([...Array.from({ length: COUNT }, (_, index) => String(index)), '[DONE]'])
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  },
  20_000,
)

test.each(['identity', 'gzip'])(
  'what is written in one tick and in several comes in order, each byte once (%s)',
  async (encoding) => {
    // Twice on one connection: what the first left behind would be in the second's way.
    for (let time = 0; time < 2; time++) {
      const { body, headers } = await request(`${origin}/bursts`, {
        headers: { 'accept-encoding': encoding },
      })
      expect(headers['content-encoding'] ?? 'identity').toBe(encoding)
      const text = encoding === 'gzip' ? body.pipe(createGunzip()) : body
      const pieces: Buffer[] = []
      for await (const piece of text) pieces.push(piece as Buffer)
      const events = Buffer.concat(pieces).toString('utf8').split('\n\n')
      const expected = Array.from({ length: BURSTS * 3 }, (_, place) =>
        said(`${Math.floor(place / 3)}.${place % 3} 👋é`),
      )
      expect(events).toEqual([
        ...[...expected, said('the end')].map((each) => `data: ${JSON.stringify(each)}`),
        'data: [DONE]',
        '',
      ])
    }
  },
)

test('a reader that goes while the writer waits for it sets the writer free', async () => {
  const { body } = await request(url)
  await standstill()
  body.on('error', () => {}).destroy()
  await ended.promise
  expect(written).toBeLessThan(COUNT)
}, 15_000)
