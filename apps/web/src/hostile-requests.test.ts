import { createLogger, createMetrics } from '@brainlyx/service-kit'
import { INJECTED_HEADER, hostileRequests, sendRaw, statusesIn } from '@brainlyx/testkit'
import express from 'express'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { createApp } from './app.ts'

// web stands between browsers and chat-api: both must see the same requests, one for one.

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close(() => {}).closeAllConnections()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What reached chat-api. */
let behind: { method: string; url: string; headers: Record<string, unknown> }[] = []
beforeEach(() => {
  behind = []
})
const chatApiUrl = await serve((request, response) => {
  behind.push({
    method: request.method ?? '',
    url: request.url ?? '',
    headers: { ...request.headers },
  })
  request.resume()
  response.end('{}')
})
const web = await serve(
  createApp({
    logger: createLogger({ service: 'web', level: 'silent' }),
    metrics: createMetrics('web'),
    pages: {
      assets: express.Router(),
      development: false,
      render: () => (_request, response) => void response.type('html').send('<!doctype html>page'),
    },
    chatApiUrl,
    publicOrigin: 'https://chat.example',
    trustedProxyHops: 0,
    serviceTokens: { sign: async () => 'ours' },
  }),
)

describe.each(['/api/v1/chats', '/'])('at %s', (path) => {
  const requests = hostileRequests({ path, headers: { origin: 'https://chat.example' } })

  test.for(requests)('$name does no harm', async ({ raw }) => {
    const answer = await sendRaw(web, raw)
    for (const status of statusesIn(answer)) expect(status, answer.slice(0, 300)).toBeLessThan(500)
    expect(answer).not.toMatch(new RegExp(`^${INJECTED_HEADER}:`, 'im'))
    expect(answer).not.toContain('evil.example')
    expect(behind.length).toBeLessThan(2)
    for (const { url, headers } of behind) {
      expect(url).not.toContain('smuggled')
      expect(headers).toMatchObject({
        'x-brainlyx-service-token': 'ours',
        'x-forwarded-for': '127.0.0.1',
      })
      expect(headers).not.toHaveProperty('x-forwarded-host')
      expect(headers).not.toHaveProperty('forwarded')
    }
    expect((await fetch(`${web}/`)).status).toBe(200)
  })
})
