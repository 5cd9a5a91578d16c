import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { providerRequest } from './provider-fetch.ts'

async function serve(answer: RequestListener) {
  const sockets = { opened: 0, closed: 0 }
  const server = createServer(answer)
  server.on('connection', (socket) => {
    sockets.opened++
    socket.on('close', () => sockets.closed++)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { sockets, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

async function open(
  url: string,
  signal = new AbortController().signal,
): Promise<AsyncIterable<Uint8Array>> {
  const response = await providerRequest(url, {
    method: 'GET',
    headers: {},
    signal,
    connectMs: 2_000,
  })
  return response.bytes
}

async function readToMarker(url: string): Promise<void> {
  for await (const bytes of await open(url)) {
    if (Buffer.from(bytes).includes('[DONE]')) break
  }
}

test('calls whose streams ended with their marker share a connection', async () => {
  const { sockets, url } = await serve((_request, response) => {
    response.write('data: 1\n\n')
    response.write('data: [DONE]\n\n')
    // The end of the body comes in a packet of its own, as it does from the providers.
    void nextTurn().then(() => response.end())
  })
  const calls = 20
  for (let call = 0; call < calls; call++) await readToMarker(url)
  expect(sockets.opened).toBeLessThan(calls / 2)
})

test('a body that goes on after its marker holds nobody up and is dropped', async () => {
  const { sockets, url } = await serve((_request, response) => {
    response.write('data: [DONE]\n\n')
  })
  await readToMarker(url)
  expect(sockets.closed).toBe(0)
  await expect.poll(() => sockets.closed, { timeout: 5_000 }).toBe(1)
})

test('a call that is aborted is dropped at once', async () => {
  const { sockets, url } = await serve((_request, response) => {
    response.write('data: 1\n\n')
  })
  const controller = new AbortController()
  const body = (await open(url, controller.signal))[Symbol.asyncIterator]()
  await body.next()
  controller.abort()
  await expect(body.next()).rejects.toThrow('aborted')
  await expect.poll(() => sockets.closed, { timeout: 5_000 }).toBe(1)
})

test('a body larger than what is kept unread comes whole, however slowly it is read', async () => {
  const piece = Buffer.alloc(50_000, 'x')
  const pieces = 40
  const { url } = await serve((_request, response) => {
    for (let index = 0; index < pieces; index++) response.write(piece)
    response.end()
  })
  let bytes = 0
  for await (const chunk of await open(url)) {
    bytes += chunk.length
    await nextTurn()
  }
  expect(bytes).toBe(pieces * piece.length)
})
