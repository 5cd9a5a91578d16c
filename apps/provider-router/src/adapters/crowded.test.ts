import { eventLoopCrowding } from '@brainlyx/service-kit'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { providerRequest } from './connection/provider-fetch.ts'
import { defineAdapter } from './define-adapter.ts'
import { CompletionReader } from './openai-chat/read-completion.ts'
import type { ProviderCall } from './provider-adapter.ts'
import type { StreamPart } from './stream-part.ts'

const WORDS = Array.from({ length: 30 }, (_, index) => `${index} `)
/** In a process that is as crowded as can be. */
const BEAT_MS = 300
const STREAMS = 10

interface Pace {
  /** Between what opens the stream and the first word. */
  readonly thinksMs?: number
  readonly wordMs: number
  /** Between the finish and what was used. */
  readonly usageMs?: number
}

async function speak(response: ServerResponse, pace: Pace): Promise<void> {
  const { thinksMs = 0, wordMs, usageMs = 0 } = pace
  const send = (data: object): void => void response.write(`data: ${JSON.stringify(data)}\n\n`)
  const choice = (delta: object, finish: string | null = null): object => ({
    choices: [{ index: 0, delta, finish_reason: finish }],
  })
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  send(choice({ role: 'assistant', content: '' }))
  await sleep(thinksMs)
  for (const content of WORDS) {
    send(choice({ content }))
    await sleep(wordMs)
  }
  send(choice({}, 'stop'))
  await sleep(usageMs)
  send({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 30, total_tokens: 33 } })
  // It keeps the connection, and says no end.
}

/** An OpenAI-compatible provider that speaks so. @returns how to ask it */
async function provider(pace: Pace): Promise<() => Promise<(readonly StreamPart[])[]>> {
  const server = createServer((_request, response) => void speak(response, pace))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => closeNow(server))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const adapter = defineAdapter({
    send: ({ signal }) =>
      providerRequest(url, { method: 'GET', headers: {}, signal, connectMs: 2_000 }),
    reader: () => new CompletionReader(),
    readDocument: () => [],
  })
  return async () => {
    const batches: (readonly StreamPart[])[] = []
    const call = { signal: new AbortController().signal } as ProviderCall
    for await (const batch of adapter.stream(call)) batches.push(batch)
    return batches
  }
}

function closeNow(server: Server): void {
  server.closeAllConnections()
  server.close()
}

/** Leaves this process no time to speak of until the test ends. */
async function crowd(): Promise<void> {
  const spinning = setInterval(() => {
    const until = performance.now() + 10
    while (performance.now() < until);
  }, 1)
  onTestFinished(() => clearInterval(spinning))
  await vi.waitFor(() => expect(eventLoopCrowding()).toBe(1), { timeout: 10_000 })
}

function wordsIn(batch: readonly StreamPart[]): string[] {
  return batch.flatMap((part) => (part.type === 'text-delta' ? [part.text] : []))
}

function batchesWithWords(batches: readonly (readonly StreamPart[])[]): string[][] {
  return batches.map(wordsIn).filter((words) => words.length > 0)
}

test('a process with time gives each piece as it comes', { timeout: 60_000 }, async () => {
  const ask = await provider({ wordMs: 10 })
  // Others may take the cores for a while, and then it has no time.
  await vi.waitFor(
    async () => {
      const spoken = batchesWithWords(await ask())
      expect(spoken.flat()).toEqual(WORDS)
      expect(spoken.length).toBeGreaterThan(WORDS.length / 2)
    },
    { timeout: 50_000 },
  )
})

test('a crowded process gives many pieces at once', async () => {
  const ask = await provider({ wordMs: 10 })
  await crowd()
  const startedAt = performance.now()
  const spoken = batchesWithWords(await ask())
  const beats = (performance.now() - startedAt) / BEAT_MS
  expect(spoken.flat()).toEqual(WORDS)
  // Beside those of the beats: the first, and the last, which waits for none.
  expect(spoken.length).toBeLessThanOrEqual(3 + 2 * beats)
})

test('the first word does not wait for others, whatever came before it', async () => {
  const ask = await provider({ thinksMs: 30, wordMs: 40 })
  await crowd()
  const answers = await Promise.all(
    Array.from({ length: STREAMS }, async (_, index) => {
      await sleep((index * BEAT_MS) / STREAMS)
      return batchesWithWords(await ask())
    }),
  )
  // One or the other may be read late, in a process that has no time.
  const alone = answers.filter(([first]) => first!.length === 1)
  expect(alone.length).toBeGreaterThan(STREAMS / 2)
})

test('what was used is heard although it comes after the finish', { timeout: 30_000 }, async () => {
  const ask = await provider({ wordMs: 1, usageMs: 100 })
  await crowd()
  // Tried again where the process itself was late.
  await vi.waitFor(
    async () => {
      const batches = await ask()
      expect(batches.flat()).toContainEqual(expect.objectContaining({ type: 'usage' }))
    },
    { timeout: 20_000 },
  )
})
