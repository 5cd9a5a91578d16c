import { eventLoopCrowding } from '@brainlyx/service-kit'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { providerRequest } from './provider-fetch.ts'

const PIECES = 30
/** In a process that is as crowded as can be. */
const BEAT_MS = 300
const server = createServer((_request, response) => void sendPieces(response))

async function sendPieces(response: ServerResponse): Promise<void> {
  for (let piece = 0; piece < PIECES; piece++) {
    response.write(`data: ${piece}\n\n`)
    await sleep(10)
  }
  response.end('data: [DONE]\n\n')
}

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => void server.close())

/** A stream whose pieces each come alone, as it is read. */
async function readPieces(): Promise<string[]> {
  const response = await providerRequest(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    { method: 'GET', headers: {}, signal: new AbortController().signal, connectMs: 2_000 },
  )
  const pieces: string[] = []
  for await (const bytes of response.bytes) pieces.push(String(bytes))
  return pieces
}

/** Leaves this process no time to speak of until the test ends. */
function crowd(): void {
  const spinning = setInterval(() => {
    const until = performance.now() + 10
    while (performance.now() < until);
  }, 1)
  onTestFinished(() => clearInterval(spinning))
}

const whole = [...Array.from({ length: PIECES }, (_, piece) => piece), '[DONE]']
  .map((data) => `data: ${data}\n\n`)
  .join('')

test('a process with time gives each piece as it comes', { timeout: 60_000 }, async () => {
  // Others may take the cores for a while, and then it has no time.
  await vi.waitFor(
    async () => {
      const pieces = await readPieces()
      expect(pieces.join('')).toBe(whole)
      expect(pieces.length).toBeGreaterThan(PIECES / 2)
    },
    { timeout: 50_000 },
  )
})

test('a crowded process gives many pieces at once, and the first at once', async () => {
  crowd()
  await vi.waitFor(() => expect(eventLoopCrowding()).toBe(1), { timeout: 10_000 })
  const startedAt = performance.now()
  const pieces = await readPieces()
  const beats = (performance.now() - startedAt) / BEAT_MS
  expect(pieces.join('')).toBe(whole)
  expect(pieces[0]).toBe('data: 0\n\n')
  // Beside those of the beats: the first, and the last, which waits for none.
  expect(pieces.length).toBeLessThanOrEqual(3 + 2 * beats)
})
