import {
  Lifecycle,
  createHttpApp,
  createLogger,
  createMetrics,
  listen,
} from '@brainlyx/service-kit'
import { eventually } from '@brainlyx/testkit'
import type { LogEntry, Pace } from '@brainlyx/turn-engine'
import type { Response } from 'express'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { streamEntries } from './stream-entries.ts'

const logger = createLogger({ service: 'test', level: 'silent' })
const lifecycle = new Lifecycle(logger)
afterAll(() => lifecycle.shutdown())

let response: Response
let paces: Pace[] = []
let ended = 0

/** An answer without end, incompressible, with a long snapshot now and then. */
async function* entries(): AsyncGenerator<LogEntry, void, Pace> {
  for (let seq = 1; ; seq++) {
    const isSnapshot = seq % 50 === 0
    const text = noise(isSnapshot ? 300_000 : 300)
    paces.push(
      yield isSnapshot
        ? { id: `2-${seq}`, frame: { type: 'answer-snapshot', parts: [{ type: 'text', text }] } }
        : { id: `2-${seq}`, frame: { type: 'text-delta', text } },
    )
  }
}

function noise(bytes: number): string {
  let text = ''
  while (text.length < bytes) {
    text += Buffer.from(crypto.getRandomValues(new Uint8Array(30_000))).toString('base64')
  }
  return text.slice(0, bytes)
}

const app = createHttpApp({
  logger,
  metrics: createMetrics('test'),
  configure: (routes) => {
    routes.get('/:kind', async (request, streaming) => {
      response = streaming
      const gone = new AbortController()
      streaming.once('close', () => gone.abort())
      const silent = (async function* (): AsyncGenerator<LogEntry, void, Pace> {
        await once(gone.signal, 'abort')
        yield* []
      })()
      await streamEntries({
        response,
        entries: request.params.kind === 'silent' ? silent : entries(),
        signal: gone.signal,
        heartbeatMs: 20,
        stallLimitMs: request.params.kind === 'stalled' ? 300 : 30_000,
      })
      ended++
    })
  },
})
const { port } = await listen(lifecycle, app, { name: 'server', host: '127.0.0.1', port: 0 })

function open(kind: string, encoding: string): Socket {
  paces = []
  ended = 0
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(`GET /${kind} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: ${encoding}\r\n\r\n`)
  return socket
}

test.each(['identity', 'gzip', 'br'])(
  'a reader at 1 kB a second (%s) has at most 64 kB waiting for it in the process, and catches up late',
  async (encoding) => {
    const socket = open('endless', encoding)
    await once(socket, 'readable')
    let longest = 0
    for (let round = 0; round < 100; round++) {
      socket.read(25)
      // Its socket's own part included.
      longest = Math.max(longest, response.writableLength)
      await sleep(25)
    }
    expect(longest).toBeGreaterThan(0)
    expect(longest).toBeLessThanOrEqual(64 * 1024)
    expect(paces.some((pace) => pace?.isLate === true)).toBe(false)
    socket.resume()
    await eventually(() => expect(paces.some((pace) => pace?.isLate === true)).toBe(true))
    socket.destroy()
    await eventually(() => expect(ended).toBe(1))
  },
)

test('a reader that takes nothing is let go, and with it what it followed', async () => {
  const socket = open('stalled', 'identity')
  socket.pause()
  await eventually(() => expect(ended).toBe(1))
  expect(response.destroyed).toBe(true)
  socket.destroy()
})

test('a stream with nothing to say has a heartbeat, and tells when to come back', async () => {
  const socket = open('silent', 'identity')
  let text = ''
  socket.on('data', (data: Buffer) => (text += data.toString()))
  await eventually(() => expect(text.split(': still here\n\n').length).toBeGreaterThan(3))
  const [, retry] = /retry: (\d+)\n\n/.exec(text) ?? []
  expect(Number(retry)).toBeGreaterThanOrEqual(1_000)
  expect(Number(retry)).toBeLessThanOrEqual(3_000)
  socket.destroy()
  await eventually(() => expect(ended).toBe(1))
})
