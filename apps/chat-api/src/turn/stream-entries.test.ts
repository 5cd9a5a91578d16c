import {
  Lifecycle,
  createHttpApp,
  createLogger,
  createMetrics,
  listen,
} from '@brainlyx/service-kit'
import type { LogEntry } from '@brainlyx/turn-engine'
import { eventually } from '@brainlyx/testkit'
import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, expect, test, vi } from 'vitest'
import { streamEntries } from './stream-entries.ts'

const FRAMES = 12_000
const logger = createLogger({ service: 'test', level: 'silent' })
const lifecycle = new Lifecycle(logger)
afterAll(() => lifecycle.shutdown())

let taken = 0
let released = 0

/** Twelve megabytes that nobody has asked for yet. */
async function* entries(): AsyncGenerator<LogEntry, void> {
  try {
    for (let seq = 1; seq <= FRAMES; seq++) {
      taken++
      const text = Buffer.from(crypto.getRandomValues(new Uint8Array(512))).toString('hex')
      yield { id: `1-${seq}`, frame: { type: 'text-delta', text } }
    }
  } finally {
    released++
  }
}

// Whichever of the two code units a cut would come after, it comes after the other as well.
const EMOJI = `${'😀'.repeat(10_000)}a${'😀'.repeat(10_000)}`

async function* oneLongFrame(): AsyncGenerator<LogEntry, void> {
  yield { id: '1-1', frame: { type: 'answer-snapshot', parts: [{ type: 'text', text: EMOJI }] } }
}

/** Writes to the socket. */
let writes = 0

/** Three frames at once, and when they have left three more, the last of them the turn's. */
async function* inTwoMoments(): AsyncGenerator<LogEntry, void> {
  for (const seq of [1, 2, 3]) yield textEntry(seq)
  await nextTurn()
  for (const seq of [4, 5]) yield textEntry(seq)
  const turnId = crypto.randomUUID()
  yield { id: '1-6', frame: { type: 'turn-end', turnId, messageId: null, finish: 'stop' } }
}

function textEntry(seq: number): LogEntry {
  return { id: `1-${seq}`, frame: { type: 'text-delta', text: `${seq} 👋` } }
}

const app = createHttpApp({
  logger,
  metrics: createMetrics('test'),
  configure: (routes) => {
    routes.get('/', async (_request, response) => {
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      await streamEntries({ response, entries: entries(), signal: gone.signal })
    })
    routes.get('/together', async (_request, response) => {
      for (const write of ['_write', '_writev'] as const) {
        const real = response.socket![write]!.bind(response.socket) as (...all: unknown[]) => void
        vi.spyOn(response.socket!, write).mockImplementation((...all: unknown[]) => {
          writes++
          real(...all)
        })
      }
      // As after a turn was accepted: what follows runs among the microtasks.
      await Promise.resolve()
      const { signal } = new AbortController()
      await streamEntries({ response, entries: inTwoMoments(), signal })
    })
    routes.get('/emoji', async (_request, response) => {
      const { signal } = new AbortController()
      await streamEntries({ response, entries: oneLongFrame(), signal })
    })
  },
})
const { port } = await listen(lifecycle, app, { name: 'server', host: '127.0.0.1', port: 0 })

function open(encoding: string): Promise<IncomingMessage> {
  taken = 0
  released = 0
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': encoding }
    httpRequest({ host: '127.0.0.1', port, headers, agent: false }, resolve)
      .once('error', reject)
      .end()
  })
}

/** Resolves once nothing more is taken from the source. */
async function untilItRests(): Promise<number> {
  let before = -1
  await eventually(
    () => {
      const now = taken
      const rests = now === before && now > 0
      before = now
      expect(rests).toBe(true)
    },
    { intervalMs: 200 },
  )
  return taken
}

test.each(['identity', 'gzip', 'br'])(
  'a reader that does not read (%s) holds the source up, not the memory',
  async (encoding) => {
    const response = await open(encoding)
    response.pause()
    // What the two sockets' kernels hold is not ours to bound, and is some megabytes on loopback at most.
    const takenBefore = await untilItRests()
    expect(takenBefore).toBeLessThan(FRAMES * 0.75)
    let bytes = 0
    response.on('data', (part: Buffer) => (bytes += part.length)).resume()
    await new Promise((resolve) => response.once('end', resolve))
    expect(taken).toBe(FRAMES)
    expect(bytes).toBeGreaterThan(FRAMES * 500)
  },
  30_000,
)

test('a reader that leaves ends the source, also while it is held up', async () => {
  const response = await open('identity')
  response.pause()
  await untilItRests()
  response.destroy()
  await eventually(() => expect(released).toBe(1))
})

test('frames that are there at once leave in one write, the first with the head, the last with the end', async () => {
  writes = 0
  const answer = await fetch(`http://127.0.0.1:${port}/together`, {
    headers: { 'accept-encoding': 'identity' },
  })
  const text = await answer.text()
  expect([...text.matchAll(/"text":"(.*?)"/g)].map(([, said]) => said)).toEqual(
    [1, 2, 3, 4, 5].map((seq) => `${seq} 👋`),
  )
  expect(text).toMatch(/^retry: \d+\n\n[^]*event: turn-end\n[^]*\n\n$/)
  expect(writes).toBe(2)
})

test('a frame that is sent in pieces arrives as it was, wherever it is cut', async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/emoji`)
  expect(await answer.text()).toContain(JSON.stringify(EMOJI))
})
