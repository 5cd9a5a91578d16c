import { createMetrics, createLogger } from '@brainlyx/service-kit'
import { missingSecurityHeaders } from '@brainlyx/testkit'
import express from 'express'
import { createServer, request as httpRequest } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { createApp } from './app.ts'
import type { AppDependencies } from './app.ts'

const ORIGIN = 'https://chat.example'
const servers: Server[] = []

async function serve(listener: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(listener)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

/** What the service behind does with the next request. */
let behind: (request: IncomingMessage, response: ServerResponse) => unknown
const chatApiUrl = await serve((request, response) => behind(request, response))

const pages: AppDependencies['pages'] = {
  assets: express.Router(),
  development: false,
  render: () => (request, response) => {
    if (request.path === '/redirect') return response.redirect(303, '/')
    response.type('html').send('<!doctype html><title>page</title>')
  },
}

async function startWeb(overrides: Partial<AppDependencies> = {}): Promise<string> {
  const app = createApp({
    logger: createLogger({ service: 'web', level: 'silent' }),
    metrics: createMetrics('web'),
    pages,
    chatApiUrl,
    publicOrigin: ORIGIN,
    trustedProxyHops: 0,
    serviceTokens: { sign: async (audience) => `token-for-${audience}` },
    ...overrides,
  })
  return serve(app)
}

const web = await startWeb()

beforeEach(() => {
  behind = (_request, response) => response.end('{}')
})

describe('forwarding', () => {
  test('a call reaches chat-api with our token, the real address and the trace, whatever the browser claims', async () => {
    let seen: IncomingHttpHeaders = {}
    let path: string | undefined
    behind = (request, response) => {
      seen = request.headers
      path = request.url
      response.end('{}')
    }
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const response = await fetch(`${web}/api/v1/me?x=1`, {
      headers: {
        cookie: 'session=1',
        traceparent: `00-${traceId}-b7ad6b7169203331-01`,
        'x-brainlyx-service-token': 'forged',
        'x-forwarded-for': '6.6.6.6',
        'x-real-ip': '6.6.6.6',
        forwarded: 'for=6.6.6.6',
      },
    })
    expect(response.status).toBe(200)
    expect(path).toBe('/api/v1/me?x=1')
    expect(seen['x-brainlyx-service-token']).toBe('token-for-chat-api')
    expect(seen['x-forwarded-for']).toBe('127.0.0.1')
    expect(seen['x-real-ip']).toBeUndefined()
    expect(seen.forwarded).toBeUndefined()
    expect(seen.cookie).toBe('session=1')
    expect(seen['traceparent']).toContain(traceId)
    expect(response.headers.get('x-trace-id')).toBe(traceId)
  })

  test('bodies, statuses, cookies and the compression of chat-api pass through unchanged', async () => {
    const received: Buffer[] = []
    behind = (request, response) => {
      request.on('data', (chunk: Buffer) => received.push(chunk))
      request.on('end', () => {
        response.writeHead(422, {
          'content-type': 'application/problem+json',
          'set-cookie': ['a=1; HttpOnly', 'b=2'],
        })
        response.end('{"code":"x"}')
      })
    }
    const response = await fetch(`${web}/api/v1/turns`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': 'application/json' },
      body: '{"text":"héllo"}',
    })
    expect(response.status).toBe(422)
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2'])
    expect(await response.json()).toEqual({ code: 'x' })
    expect(Buffer.concat(received).toString()).toBe('{"text":"héllo"}')
  })

  test('a stream arrives frame by frame, even where the browser takes compressed answers', async () => {
    let write!: (text: string) => void
    behind = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      write = (text) => response.write(text)
      write('data: 1\n\n')
    }
    const response = await fetch(`${web}/api/v1/turns/x/events`)
    const reader = response.body!.getReader()
    const decoder = new TextDecoder()
    expect(decoder.decode((await reader.read()).value)).toBe('data: 1\n\n')
    write('data: 2\n\n')
    expect(decoder.decode((await reader.read()).value)).toBe('data: 2\n\n')
    await reader.cancel()
  })

  test('a reader that leaves closes the call behind', async () => {
    const closed = Promise.withResolvers<void>()
    behind = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: 1\n\n')
      response.once('close', () => closed.resolve())
    }
    const gone = new AbortController()
    const response = await fetch(`${web}/api/v1/turns/x/events`, { signal: gone.signal })
    await response.body!.getReader().read()
    gone.abort()
    await closed.promise
  })

  test('an answer that is cut behind us is cut for the reader, not ended', async () => {
    behind = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: 1\n\n', () => response.destroy())
    }
    const response = await fetch(`${web}/api/v1/turns/x/events`)
    await expect(response.text()).rejects.toThrow()
  })

  test('a chat-api that is away is a problem to try again, with a trace', async () => {
    const nobody = await startWeb({ chatApiUrl: 'http://127.0.0.1:1' })
    const response = await fetch(`${nobody}/api/v1/me`)
    expect(response.status).toBe(503)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({
      code: 'chat-api-unreachable',
      retryable: true,
      traceId: expect.stringMatching(/^[\da-f]{32}$/),
    })
  })

  describe('a connection that breaks before any answer', () => {
    const start = (body: object): Promise<Response> =>
      fetch(`${web}/api/v1/chats/c/turns`, {
        method: 'POST',
        headers: { origin: ORIGIN, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })

    /** Breaks the first `times` connections, then answers with the body that it got. */
    function breakFirst(times: number): { heard: string[] } {
      const heard: string[] = []
      behind = async (request, response) => {
        let body = ''
        for await (const chunk of request) body += String(chunk)
        heard.push(body)
        if (heard.length <= times) request.socket.destroy()
        else response.end(body === '' ? 'read' : body)
      }
      return { heard }
    }

    test.each([1, 2])('%i times is not noticed by whoever reads', async (times) => {
      const { heard } = breakFirst(times)
      const response = await fetch(`${web}/api/v1/me`)
      expect(await response.text()).toBe('read')
      expect(heard.length).toBe(times + 1)
    })

    test('is not noticed by whoever sends a turn under an id of their own', async () => {
      const { heard } = breakFirst(2)
      const body = { turnId: 't', text: 'héllo' }
      const response = await start(body)
      expect(await response.json()).toEqual(body)
      expect(heard).toEqual(Array.from({ length: 3 }, () => JSON.stringify(body)))
    })

    test('is a problem for a turn without one, which would be another turn', async () => {
      const { heard } = breakFirst(1)
      const response = await start({ text: 'hello' })
      expect(response.status).toBe(503)
      expect(heard.length).toBe(1)
    })

    test('is a problem for what may not be done twice', async () => {
      const { heard } = breakFirst(1)
      const response = await fetch(`${web}/api/v1/sign-in`, {
        method: 'POST',
        headers: { origin: ORIGIN, 'content-type': 'application/json' },
        body: '{}',
      })
      expect(response.status).toBe(503)
      expect(heard.length).toBe(1)
    })

    test('again and again is a problem in the end', async () => {
      const { heard } = breakFirst(9)
      const response = await fetch(`${web}/api/v1/me`)
      expect(response.status).toBe(503)
      expect(heard.length).toBe(3)
    })
  })

  test('behind a proxy of ours the address is the one it saw', async () => {
    let address: string | string[] | undefined
    behind = (request, response) => {
      address = request.headers['x-forwarded-for']
      response.end('{}')
    }
    const proxied = await startWeb({ trustedProxyHops: 1 })
    await fetch(`${proxied}/api/v1/me`, { headers: { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' } })
    expect(address).toBe('203.0.113.9')
  })
})

describe('where a request comes from', () => {
  const send = (path: string, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(`${web}${path}`, { method: 'POST', headers }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      request.on('error', reject)
      request.end()
    })

  test.each([
    ['our own page', { origin: ORIGIN }, 200, 200],
    [
      'our own page on localhost',
      { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:1' },
      200,
      200,
    ],
    ['another site', { origin: 'https://evil.example', cookie: 'a=1' }, 403, 403],
    [
      'another site, told by the browser',
      { 'sec-fetch-site': 'cross-site', origin: ORIGIN },
      403,
      403,
    ],
    ['a sibling site', { 'sec-fetch-site': 'same-site' }, 403, 403],
    ['a sandboxed frame', { origin: 'null', cookie: 'a=1' }, 403, 403],
    ['a program without cookies', {}, 200, 403],
    ['nobody knows where, with cookies', { cookie: 'a=1' }, 403, 403],
  ])('%s', async (_name, headers, apiStatus, pageStatus) => {
    expect(await send('/api/v1/turns', headers)).toBe(apiStatus)
    expect(await send('/sign-out', headers)).toBe(pageStatus)
  })
})

describe('security headers', () => {
  const post = (path: string, init: RequestInit = {}) =>
    fetch(`${web}${path}`, { method: 'POST', redirect: 'manual', ...init })

  test.each([
    ['a page', () => fetch(`${web}/`)],
    ['a form of another site', () => post('/', { headers: { origin: 'https://evil.example' } })],
    [
      'too large a form',
      () => post('/', { headers: { origin: ORIGIN }, body: 'x'.repeat(3_000_000) }),
    ],
    ['a call from another site', () => post('/api/v1/turns', { headers: { origin: 'null' } })],
    ['a redirect', () => fetch(`${web}/redirect`, { redirect: 'manual' })],
    ['a path that cannot be decoded', () => fetch(`${web}/%ff`)],
  ])('%s has them', async (_what, send) => {
    const response = await send()
    await response.body?.cancel()
    expect(missingSecurityHeaders(response)).toEqual([])
  })

  test('what chat-api says of its own answers holds, and what it forgets is there', async () => {
    behind = (_request, response) => {
      response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'; x")
      response.end('{}')
    }
    const response = await fetch(`${web}/api/v1/me`)
    expect(missingSecurityHeaders(response)).toEqual([])
    expect(response.headers.get('content-security-policy')).toMatch(/x$/)
  })

  test('over https browsers are told to stay there', async () => {
    const response = await fetch(`${web}/`)
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000')
    const plain = await startWeb({ publicOrigin: 'http://127.0.0.1:3000' })
    expect((await fetch(plain)).headers.has('strict-transport-security')).toBe(false)
  })
})

describe('pages', () => {
  test('a page may run only its own scripts, is kept by nobody and framed by nobody', async () => {
    const first = await fetch(`${web}/`)
    const second = await fetch(`${web}/`)
    const policy = first.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/script-src 'nonce-[\w+/=]{20,}' 'strict-dynamic';/)
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(second.headers.get('content-security-policy')).not.toBe(policy)
    expect(first.headers.get('cache-control')).toBe('private, no-store')
    expect(first.headers.get('referrer-policy')).toBe('same-origin')
    expect(first.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('a form larger than any of ours is refused unread', async () => {
    const response = await fetch(`${web}/`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': 'application/x-www-form-urlencoded' },
      body: `text=${'x'.repeat(3_000_000)}`,
    })
    expect(response.status).toBe(413)
  })
})
