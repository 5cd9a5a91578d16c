import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { providerRequest } from './connection/provider-fetch.ts'
import type { ProviderResponse } from './connection/provider-response.ts'
import { defineAdapter } from './define-adapter.ts'
import type { ProviderCall } from './provider-adapter.ts'
import { MessageReader } from './anthropic/read-message.ts'

/** Begins to answer, and then says nothing. @returns where it is */
async function serveSilence(contentType: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': contentType })
    response.write(': \n\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

// Once the garbage collector has taken what they handed out, the SDKs of OpenAI and Anthropic pass no abort on.
test.each([
  ['text/event-stream', 'stream'],
  ['application/json', 'stream'],
  ['application/json', 'complete'],
] as const)('who hangs up on %s (%s) is heard although the SDK is deaf', async (type, kind) => {
  const url = await serveSilence(type)
  const answered = Promise.withResolvers<ProviderResponse>()
  const adapter = defineAdapter({
    async send() {
      const { signal } = new AbortController()
      const options = { method: 'GET', headers: {}, signal, connectMs: 2_000 }
      const response = await providerRequest(url, options)
      answered.resolve(response)
      return response
    },
    reader: () => new MessageReader(),
    readDocument: () => [],
  })
  const caller = new AbortController()
  const call = { signal: caller.signal } as ProviderCall
  const end =
    kind === 'complete'
      ? adapter.complete(call)
      : adapter.stream(call)[Symbol.asyncIterator]().next()
  await answered.promise
  const reason = new Error('hung up')
  caller.abort(reason)
  await expect(end).rejects.toBe(reason)
})
