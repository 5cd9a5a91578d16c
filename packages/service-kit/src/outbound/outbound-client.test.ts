import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOutboundClient } from './outbound-client.ts'
import type { OutboundClientOptions } from './outbound-client.ts'
import { FORBIDDEN_ADDRESSES } from './ssrf-corpus.ts'
import { nameServer } from './testing/name-server.ts'

// 127.0.0.1 plays the internet, 127.0.0.2 a network of ours; both listen on the same port.
const PUBLIC = '127.0.0.1'
const OURS = '127.0.0.2'

let answer: RequestListener = (_request, response) => void response.end('public')
const reachedOurs: string[] = []
let publicServer: Server
let ourServer: Server
let port: number
const clients: { close(): Promise<void> }[] = []

beforeAll(async () => {
  publicServer = createServer((request, response) => answer(request, response))
  await once(publicServer.listen(0, PUBLIC), 'listening')
  port = (publicServer.address() as AddressInfo).port
  ourServer = createServer((request, response) => {
    reachedOurs.push(request.url ?? '')
    response.end('ours')
  })
  await once(ourServer.listen(port, OURS), 'listening')
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()))
  publicServer.close()
  ourServer.close()
})

function client(options: OutboundClientOptions = {}) {
  const made = createOutboundClient({
    rules: { isAllowedAddress: (address) => address === PUBLIC, ports: [port] },
    resolve: async () => [{ address: PUBLIC, family: 4 }],
    ...options,
  })
  clients.push(made)
  return made
}
const url = (path = '/'): string => `http://pictures.example.com:${port}${path}`

test('what a public name leads to is read', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png' })
    response.end('bytes')
  }
  expect(await client().get(url())).toEqual({
    status: 200,
    mediaType: 'image/png',
    bytes: Buffer.from('bytes'),
  })
})

test('nothing of a user’s or of ours goes along', async () => {
  let seen: IncomingHttpHeaders = {}
  answer = (request, response) => {
    seen = request.headers
    response.end()
  }
  await client().get(url('/a?b=c#d'), { accept: 'image/*' })
  expect(seen).toEqual({
    host: `pictures.example.com:${port}`,
    connection: 'close',
    accept: 'image/*',
    'accept-encoding': 'identity',
    'user-agent': 'brainlyx',
  })
})

test.each(FORBIDDEN_ADDRESSES)('a name that leads to %j is not connected to', async (address) => {
  const resolve = async () => [{ address, family: 4 }]
  const { rules: _rules, ...rest } = { rules: undefined, resolve }
  const strict = createOutboundClient(rest)
  clients.push(strict)
  await expect(strict.get('http://pictures.example.com/')).rejects.toMatchObject({
    code: 'url-not-allowed',
  })
})

test('a name with one address of ours among public ones is refused whole', async () => {
  const resolve = async () => [
    { address: PUBLIC, family: 4 },
    { address: OURS, family: 4 },
  ]
  await expect(client({ resolve }).get(url())).rejects.toMatchObject({ code: 'url-not-allowed' })
  expect(reachedOurs).toEqual([])
})

test('a name server that changes its answer after the check gains nothing', async () => {
  answer = (_request, response) => void response.end('public')
  const names = await nameServer((asked) => (asked === 1 ? PUBLIC : OURS))
  const resolver = new Resolver()
  resolver.setServers([names.address])
  const rebound = client({
    resolve: async (name) => {
      const addresses = await resolver.resolve4(name)
      return addresses.map((address) => ({ address, family: 4 }))
    },
  })
  expect((await rebound.get(url())).bytes.toString()).toBe('public')
  // One question, one answer, one connection: there was no second look to lie to.
  expect(names.asked()).toBe(1)
  await expect(rebound.get(url())).rejects.toMatchObject({ code: 'url-not-allowed' })
  expect(reachedOurs).toEqual([])
  names.close()
})

test.each([`http://127.0.0.2:%port/`, 'http://169.254.169.254/', 'file:///etc/passwd', '//[::1]/'])(
  'a redirect to %s is not followed, however many are',
  async (target) => {
    answer = (_request, response) => {
      response.writeHead(302, { location: target.replace('%port', String(port)) }).end()
    }
    await expect(client({ redirects: 5 }).get(url())).rejects.toMatchObject({
      code: 'url-not-allowed',
    })
    expect(reachedOurs).toEqual([])
  },
)

test('redirects are followed only where that was asked for, and only so far', async () => {
  answer = (request, response) => {
    const at = Number(request.url!.slice(1))
    if (at === 2) response.end('there')
    else response.writeHead(307, { location: `/${at + 1}` }).end()
  }
  expect((await client({ redirects: 2 }).get(url('/0'))).bytes.toString()).toBe('there')
  await expect(client({ redirects: 1 }).get(url('/0'))).rejects.toMatchObject({
    code: 'url-not-allowed',
  })
  await expect(client().get(url('/0'))).rejects.toMatchObject({ code: 'url-not-allowed' })
})

test.each([
  ['more bytes than allowed', 'x'.repeat(1_001), {}],
  ['a bomb', gzipSync(Buffer.alloc(1_000_000)), { 'content-encoding': 'gzip' }],
  ['headers without an end', 'x', { 'x-long': 'x'.repeat(20_000) }],
])('%s ends the reading', async (_what, body, headers) => {
  answer = (_request, response) => void response.writeHead(200, headers).end(body)
  await expect(client({ limitBytes: 1_000 }).get(url())).rejects.toMatchObject({
    code: 'url-not-readable',
    status: 502,
  })
})

test('a server that trickles is left when the time is over', async () => {
  const left = Promise.withResolvers<void>()
  answer = (_request, response) => {
    response.once('close', () => left.resolve())
    response.write('x')
  }
  await expect(client({ timeoutMs: 200 }).get(url())).rejects.toMatchObject({
    code: 'url-not-readable',
  })
  await left.promise
})

test('a proxy of the environment is not used', async () => {
  const proxied: string[] = []
  const proxy = createServer((request, response) => {
    proxied.push(request.url ?? '')
    response.end('proxied')
  })
  await once(proxy.listen(0, PUBLIC), 'listening')
  const before = process.env['HTTP_PROXY']
  process.env['HTTP_PROXY'] = `http://${PUBLIC}:${(proxy.address() as AddressInfo).port}`
  try {
    answer = (_request, response) => void response.end('direct')
    expect((await client().get(url())).bytes.toString()).toBe('direct')
    expect(proxied).toEqual([])
  } finally {
    if (before === undefined) delete process.env['HTTP_PROXY']
    else process.env['HTTP_PROXY'] = before
    proxy.close()
  }
})

test('the caller may go', async () => {
  const gone = new AbortController()
  answer = () => gone.abort()
  await expect(client().get(url(), { signal: gone.signal })).rejects.toMatchObject({
    code: 'url-not-readable',
  })
})
