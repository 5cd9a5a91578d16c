import { once } from 'node:events'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import { Socket, connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { chunkOf, socketPast } from './past-response.ts'

/** What a client gets that sends `requests` at once on one connection. */
async function ask(
  answer: (response: ServerResponse) => void,
  ...requests: readonly string[]
): Promise<string> {
  const server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.end(requests.join(''))
  let text = ''
  for await (const bytes of socket) text += String(bytes)
  return text
}

const request = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'

test('what goes past a response is read as its body, with what goes through it after', async () => {
  let before: unknown
  const text = await ask((response) => {
    before = socketPast(response)
    response.flushHeaders()
    const socket = socketPast(response)
    socket?.write(chunkOf('¡Hola! '))
    socket?.write(chunkOf(Buffer.from('👋 ')))
    response.end('Adiós')
  }, request)
  expect(before).toBeNull()
  const body = text.slice(text.indexOf('\r\n\r\n') + 4)
  expect(body).toBe('8\r\n¡Hola! \r\n5\r\n👋 \r\n6\r\nAdiós\r\n0\r\n\r\n')
})

test('nothing goes past what the response itself still holds', async () => {
  const past: unknown[] = []
  await ask((response) => {
    response.write('first')
    past.push(socketPast(response))
    setImmediate(() => {
      past.push(socketPast(response))
      response.end()
    })
  }, request)
  expect(past).toEqual([null, expect.any(Socket)])
})

test('nothing goes past a compressor, nor into a body without chunks', async () => {
  const past: unknown[] = []
  await ask((response) => {
    response.setHeader('content-encoding', 'gzip')
    response.flushHeaders()
    past.push(socketPast(response))
    response.end()
  }, request)
  await ask((response) => {
    response.flushHeaders()
    past.push(socketPast(response))
    response.end()
  }, 'GET / HTTP/1.0\r\n\r\n')
  expect(past).toEqual([null, null])
})

test('nothing goes past an earlier answer on the connection', async () => {
  let earlier: ServerResponse | undefined
  let past: unknown
  const text = await ask(
    (response) => {
      if (earlier === undefined) return void (earlier = response)
      response.flushHeaders()
      past = socketPast(response)
      earlier.end('earlier')
      response.end('later')
    },
    request,
    request,
  )
  expect(past).toBeNull()
  expect(text.indexOf('earlier')).toBeLessThan(text.indexOf('later'))
})
