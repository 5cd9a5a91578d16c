import { eventLoopCrowding } from '@brainlyx/service-kit'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { providerRequest } from './provider-fetch.ts'

const PIECES = 30
const server = createServer((_request, response) => void answer(response))

async function answer(response: ServerResponse): Promise<void> {
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

test('a process with time gives each piece as it comes, a crowded one many at once, the first at once', async () => {
  await vi.waitFor(() => expect(eventLoopCrowding()).toBe(0), { timeout: 10_000 })
  const atLeisure = await readPieces()
  expect(atLeisure.join('')).toBe(whole)
  crowd()
  await vi.waitFor(() => expect(eventLoopCrowding()).toBe(1), { timeout: 10_000 })
  const crowded = await readPieces()
  expect(crowded.join('')).toBe(whole)
  expect(crowded[0]).toBe('data: 0\n\n')
  expect(crowded.length).toBeLessThan(atLeisure.length / 2)
})
