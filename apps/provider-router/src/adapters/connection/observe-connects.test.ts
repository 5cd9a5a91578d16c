import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { observeConnects } from './observe-connects.ts'
import { providerRequest } from './provider-fetch.ts'

test('a new connection is told with its time, and one that is used again is not', async () => {
  const server = createServer((_request, response) => response.end('{}'))
  let opened = 0
  server.on('connection', () => opened++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let now = 0
  const heard: unknown[] = []
  const end = observeConnects(
    (connect) => heard.push(connect),
    () => (now += 5),
  )
  onTestFinished(() => {
    end()
    server.closeAllConnections()
    server.close()
  })
  const calls = 10
  for (let call = 0; call < calls; call++) {
    const signal = new AbortController().signal
    const response = await providerRequest(`${origin}/`, {
      method: 'GET',
      headers: {},
      signal,
      connectMs: 2_000,
    })
    await response.text()
  }
  expect(opened).toBeLessThan(calls)
  expect(heard).toEqual(Array.from({ length: opened }, () => ({ origin, roundTripMs: 5 })))
})
