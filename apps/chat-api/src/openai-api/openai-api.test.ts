import { sql } from 'kysely'
import { createHash } from 'node:crypto'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { request as rawRequest } from 'undici'
import { afterAll, expect, test } from 'vitest'
import { makeKey, memberWithKey } from '../../test/api-key.ts'
import { arrangeInstallation, guest, signUp } from '../../test/installation.ts'
import { makeKeySecret } from '../api-keys/key-secret.ts'

const installation = await arrangeInstallation()
const { admin } = installation
afterAll(() => installation.close())
const api = await installation.startReplica()
await signUp(api.browser()) // the administrator
const member = await memberWithKey(api)
const chat = { model: 'auto', messages: [{ role: 'user', content: 'What is a lamp?' }] }

interface Sent {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS'
  headers?: Record<string, string>
  body?: string
}

async function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  const response = await rawRequest(`${api.url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.body.text()
  return { status: response.statusCode, headers: response.headers, text }
}

const withKey = (secret = member.secret): Record<string, string> => ({
  authorization: `Bearer ${secret}`,
  'content-type': 'application/json',
})
const complete = (more: Sent = {}) =>
  send('/v1/chat/completions', {
    method: 'POST',
    headers: withKey(),
    body: JSON.stringify(chat),
    ...more,
  })

type Answer = Awaited<ReturnType<typeof send>>

function expectError({ status, headers, text }: Answer, expected: number, code: string): void {
  expect(status, text).toBe(expected)
  expect(headers['content-type']).toMatch('application/json')
  const { error } = JSON.parse(text) as { error: Record<string, unknown> }
  expect(error).toMatchObject({ problem: code, status: expected })
  expect(error['message']).toEqual(expect.any(String))
  expect(error['type']).toMatch(/_error$/)
  expect(error).toHaveProperty('param')
  expect(headers['x-request-id']).toBe(error['traceId'])
  expect(text).not.toMatch(/node_modules|\bat .*\(.*:\d+\)|postgres/i)
}

test('who shows no key is asked for one, on every path and before the body is read', async () => {
  for (const [method, path] of [
    ['POST', '/v1/chat/completions'],
    ['POST', '/v1/responses'],
    ['POST', '/v1/messages'],
    ['POST', '/v1/messages/count_tokens'],
    ['POST', '/v1/embeddings'],
    ['GET', '/v1/models'],
    ['GET', '/v1/models/openai/gpt-4.1'],
  ] as const) {
    const answer = await send(path, { method })
    expectError(answer, 401, 'missing-api-key')
    expect(answer.headers['www-authenticate']).toBe('Bearer')
  }
  expectError(await complete({ headers: {}, body: '{{{' }), 401, 'missing-api-key')
})

const accessToken = (): string => member.browser.cookies.get('test.access')!
const cookies = (): string =>
  [...member.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')

test.each<[string, () => Record<string, string>, string]>([
  ['a key elsewhere', () => ({ 'x-api-key': member.secret }), 'missing-api-key'],
  ['a key for Azure', () => ({ 'api-key': member.secret }), 'missing-api-key'],
  ['a key for Google', () => ({ 'x-goog-api-key': member.secret }), 'missing-api-key'],
  [
    'a proxy’s header',
    () => ({ 'proxy-authorization': `Bearer ${member.secret}` }),
    'missing-api-key',
  ],
  [
    'a basic password',
    () => ({ authorization: `Basic ${btoa(`:${member.secret}`)}` }),
    'missing-api-key',
  ],
  ['the bare key', () => ({ authorization: member.secret }), 'missing-api-key'],
  [
    'two keys',
    () => ({ authorization: `Bearer ${member.secret} ${member.secret}` }),
    'missing-api-key',
  ],
  [
    'the page’s cookies',
    () => ({ cookie: cookies(), 'sec-fetch-site': 'same-origin' }),
    'missing-api-key',
  ],
  ['an access token', () => ({ authorization: `Bearer ${accessToken()}` }), 'invalid-api-key'],
  [
    'half a key',
    () => ({ authorization: `Bearer ${member.secret.slice(0, 40)}` }),
    'invalid-api-key',
  ],
  ['the prefix', () => ({ authorization: `Bearer ${member.key.prefix}` }), 'invalid-api-key'],
  [
    'a key that never was',
    () => ({ authorization: `Bearer ${makeKeySecret().secret}` }),
    'invalid-api-key',
  ],
  ['a key with NUL', () => ({ authorization: 'Bearer bx-%00' }), 'invalid-api-key'],
  ['a very long key', () => ({ authorization: `Bearer ${'a'.repeat(10_000)}` }), 'invalid-api-key'],
])('%s does not count', async (_what, headers, code) => {
  const sent = { 'content-type': 'application/json', ...headers() }
  expectError(await complete({ headers: sent }), 401, code)
  const { status } = await send('/v1/models', { headers: headers() })
  expect(status).toBe(401)
})

test('a key in another header does not replace the one that counts', async () => {
  const other = await memberWithKey(api, { models: ['fast'] })
  const headers = { authorization: `Bearer ${other.secret}`, 'x-api-key': member.secret }
  const { text } = await send('/v1/models', { headers })
  expect((JSON.parse(text) as { data: { id: string }[] }).data.map(({ id }) => id)).toEqual([
    'fast',
  ])
})

test('of two headers of the same name the first counts, whatever the second says', async () => {
  const answer = await raw(
    `GET /v1/models HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${makeKeySecret().secret}\r\n` +
      `authorization: Bearer ${member.secret}\r\nconnection: close\r\n\r\n`,
  )
  expect(answer).toMatch(/^HTTP\/1.1 401 /)
})

test('a key opens nothing but /v1: neither keys nor accounts nor administration', async () => {
  const made = await memberWithKey(api)
  await admin
    .updateTable('users')
    .set({ role: 'admin' })
    .where('id', '=', await ownerOf(made.key.id))
    .execute()
  for (const [method, path] of [
    ['GET', '/api/v1/api-keys'],
    ['POST', '/api/v1/api-keys'],
    ['PATCH', `/api/v1/api-keys/${made.key.id}`],
    ['POST', `/api/v1/api-keys/${made.key.id}/rotate`],
    ['DELETE', `/api/v1/api-keys/${made.key.id}`],
    ['GET', '/api/v1/chats'],
    ['GET', '/api/v1/me'],
    ['POST', '/api/v1/turns'],
    ['POST', '/api/v1/exports'],
    ['POST', '/api/v1/account/deletion'],
    ['GET', '/api/v1/admin/providers'],
  ] as const) {
    const response = await fetch(`${api.url}${path}`, {
      method,
      headers: withKey(made.secret),
      ...(method === 'GET' ? {} : { body: '{"name":"x","text":"x"}' }),
    })
    expect(response.status, `${method} ${path}`).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'invalid-access-token' })
  }
  expect((await send('/v1/models', { headers: withKey(made.secret) })).status).toBe(200)
})

test.each<[string, Sent, number, string]>([
  ['no JSON', { body: '{"model":' }, 400, 'malformed-body'],
  ['a list', { body: '[]' }, 400, 'invalid-request'],
  ['no model', { body: '{}' }, 400, 'invalid-request'],
  ['no messages', { body: '{"model":"auto"}' }, 400, 'invalid-request'],
  [
    'a model of another kind',
    { body: '{"model":{"$ne":null},"messages":[]}' },
    400,
    'invalid-request',
  ],
  ['NUL', { body: String.raw`{"model":"a\u0000"}` }, 400, 'malformed-body'],
  ['depth', { body: '['.repeat(20_000) }, 400, 'malformed-body'],
  [
    'a form',
    {
      headers: { ...withKey(), 'content-type': 'application/x-www-form-urlencoded' },
      body: 'model=auto',
    },
    415,
    'unsupported-media-type',
  ],
  [
    'XML',
    { headers: { ...withKey(), 'content-type': 'application/xml' }, body: '<a/>' },
    415,
    'unsupported-media-type',
  ],
  [
    'nothing',
    { headers: { authorization: withKey()['authorization']! }, body: '' },
    415,
    'unsupported-media-type',
  ],
  [
    'an unknown model',
    { body: JSON.stringify({ ...chat, model: 'nonesuch' }) },
    404,
    'model-not-found',
  ],
  [
    'a model by a wildcard',
    { body: JSON.stringify({ ...chat, model: 'openai/o1-pro' }) },
    404,
    'model-not-found',
  ],
  [
    'a model for embeddings',
    { body: JSON.stringify({ ...chat, model: 'openai/text-embedding-3-small' }) },
    404,
    'model-not-found',
  ],
  [
    'too much',
    { body: JSON.stringify({ ...chat, more: 'x'.repeat(33 * 1024 * 1024) }) },
    413,
    'body-too-large',
  ],
])('%s is an error in OpenAI’s shape', async (_what, sent, status, code) => {
  expectError(await complete(sent), status, code)
  expect(await admin.selectFrom('apiCalls').selectAll().execute()).toEqual([])
})

test('other methods and paths are errors in the same shape', async () => {
  for (const path of ['/v1/chat/completions', '/v1/embeddings']) {
    const answer = await send(path, { headers: withKey() })
    expectError(answer, 405, 'method-not-allowed')
    expect(answer.headers['allow']).toBe('POST')
  }
  for (const path of ['/v1/models', '/v1/models/auto']) {
    expectError(
      await send(path, { method: 'DELETE', headers: withKey() }),
      405,
      'method-not-allowed',
    )
  }
  expectError(await send('/v1/nowhere', { headers: withKey() }), 404, 'not-found')
  expectError(
    await send('/v1/files', { method: 'POST', headers: withKey(), body: '{}' }),
    404,
    'not-found',
  )
})

test('a path is the same however its letters are written', async () => {
  const sent = { method: 'POST', headers: withKey(), body: JSON.stringify(chat) } as const
  expect((await send('/V1/Chat/completions', sent)).status).toBe(200)
  expectError(await send('/V1/models'), 401, 'missing-api-key')
})

test('a key calls the models that it may and no others', async () => {
  const { secret } = await makeKey(member.browser, {
    models: ['fast', 'openai/text-embedding-3-small'],
  })
  const { text } = await send('/v1/models', { headers: withKey(secret) })
  const { data } = JSON.parse(text) as { data: { id: string }[] }
  expect(data.map(({ id }) => id)).toEqual(['fast', 'openai/text-embedding-3-small'])
  expectError(await complete({ headers: withKey(secret) }), 404, 'model-not-found')
  const allowed = JSON.stringify({ ...chat, model: 'fast' })
  expect((await complete({ headers: withKey(secret), body: allowed })).status).toBe(200)
  expectError(await send('/v1/models/auto', { headers: withKey(secret) }), 404, 'model-not-found')
})

test('what a caller says about itself does not leave: no cookie, no own headers, no own user', async () => {
  const router = await listenOnce()
  const replica = await installation.startReplica({ routerUrl: router.url })
  const ask = (headers: Record<string, string>) =>
    rawRequest(`${replica.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...withKey(), ...headers },
      body: JSON.stringify({ ...chat, user: 'canary-user', brainlyx: { continue: true } }),
    })
  const forged = await ask({ 'x-brainlyx-service-token': 'canary-token' })
  expect(forged.statusCode).toBe(401)
  await forged.body.dump()
  const unanswered = ask({
    cookie: 'session=canary-cookie',
    'x-brainlyx-residency': 'canary',
    'x-brainlyx-region': 'canary',
    'x-brainlyx-style': 'raw',
    'x-forwarded-for': '198.51.100.7',
    'idempotency-key': 'canary-key',
    'openai-organization': 'canary-organisation',
  })
  const heard = await router.heard
  await router.close()
  const cut = await unanswered
  expect(cut.statusCode).toBe(503)
  await cut.body.dump()
  expect(heard).not.toContain(member.secret)
  expect(heard.toLowerCase()).not.toContain('canary')
  expect(heard).toMatch(/"user":"[A-Za-z0-9_-]{43}"/)
  expect(heard).not.toContain(await ownerOf(member.key.id))
  expect(heard).toMatch(/x-brainlyx-share: 0/i)
  expect(heard).not.toMatch(/^(?:cookie|x-forwarded-for|idempotency-key|x-brainlyx-style):/im)
})

test('keys that never were are limited by address, and a known key is not', async () => {
  await installation.redis.flushdb()
  const limits = { unknownKeyLimit: { points: 3, durationSeconds: 60 } }
  const replica = await installation.startReplica({ limits })
  const models = (secret: string) =>
    fetch(`${replica.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })
  expect((await models(member.secret)).status).toBe(200)
  for (let count = 0; count < 3; count++) {
    expect((await models(makeKeySecret().secret)).status).toBe(401)
  }
  const refused = await models(makeKeySecret().secret)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({
    error: { code: 'too-many-attempts', type: 'rate_limit_error' },
  })
  expect((await models(member.secret)).status).toBe(200)
  // Typos are known without asking, so they do not count.
  expect((await models(`${member.secret}x`)).status).toBe(401)
})

test('neither the key nor its hash is kept anywhere, and an answer never shows it', async () => {
  const { rows } = await sql<{ text: string }>`
    select api_keys::text as text from api_keys
  `.execute(admin)
  const all = rows.map(({ text }) => text).join()
  expect(all).toContain(member.key.prefix)
  expect(all).not.toContain(member.secret)
  expect(all).toContain(createHash('sha256').update(member.secret).digest('hex'))
  const listed = await member.browser.get('/api/v1/api-keys')
  const text = await listed.text()
  expect(text).toContain(member.key.prefix)
  expect(text).not.toContain(member.secret.slice(12))
  expect(text).not.toMatch(/hash|address/i)
})

test('when it was last used and that it was used from a new address is written, once', async () => {
  const { key, secret, browser } = await memberWithKey(api)
  expect(key.lastUsedAt).toBeNull()
  for (let count = 0; count < 3; count++) {
    await send('/v1/models', { headers: withKey(secret) })
  }
  await expect
    .poll(async () => {
      const { keys } = await browser.json<{ keys: { lastUsedAt: string | null }[] }>(
        '/api/v1/api-keys',
      )
      return keys[0]!.lastUsedAt
    })
    .not.toBeNull()
  const entries = await admin
    .selectFrom('auditLog')
    .selectAll()
    .where('action', '=', 'api-key-use-from-new-address')
    .execute()
  expect(entries.filter(({ details }) => details['prefix'] === key.prefix)).toHaveLength(1)
  // Another replica finds the address known.
  const other = await installation.startReplica()
  await fetch(`${other.url}/v1/models`, { headers: withKey(secret) })
  const known = await admin
    .selectFrom('apiKeys')
    .select('addresses')
    .where('id', '=', key.id)
    .executeTakeFirstOrThrow()
  expect(known.addresses).toHaveLength(1)
})

test('guests have no keys', async () => {
  const visitor = await guest(api)
  const response = await visitor.post('/api/v1/api-keys', { name: 'Mine' })
  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({ code: 'members-only' })
  expect(await visitor.json('/api/v1/api-keys')).toEqual({ keys: [] })
})

async function ownerOf(keyId: string): Promise<string> {
  const { userId } = await admin
    .selectFrom('apiKeys')
    .select('userId')
    .where('id', '=', keyId)
    .executeTakeFirstOrThrow()
  return userId
}

function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (bytes) => (answer += bytes.toString()))
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}

/** In the place of the router: keeps the POST that it gets, as bytes, and answers nothing. */
async function listenOnce() {
  const heard = Promise.withResolvers<string>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      text += bytes.toString()
      const [head = '', body = ''] = text.split('\r\n\r\n')
      if (head.startsWith('GET')) {
        const models = JSON.stringify({
          object: 'list',
          data: [
            {
              id: 'auto',
              object: 'model',
              created: 0,
              owned_by: 'brainlyx',
              brainlyx: {
                name: 'Auto',
                kind: 'virtual',
                simulated: true,
                contextTokens: null,
                outputTokens: null,
                capabilities: { images: false, tools: false, reasoning: false },
              },
            },
          ],
        })
        text = ''
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${models.length}\r\n\r\n${models}`,
        )
      } else if (body.endsWith('}')) heard.resolve(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    heard: heard.promise,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
}
