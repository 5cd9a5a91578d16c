import type { Redis } from 'ioredis'
import { sql } from 'kysely'
import { eventually } from '@brainlyx/testkit'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Browser } from '../../test/browser.ts'
import { arrangeInstallation } from '../../test/installation.ts'
import { observeProcess } from '../../test/observed-process.ts'
import { matrixRoutes } from '../../test/route-matrix/entries.ts'

// A secret in every field that there is; then everything is searched that should know none of them.

const installation = await arrangeInstallation()
const { admin, redis, simulator } = installation
simulator.setPace({ tokensPerSecond: 0, timeToFirstTokenMs: 0 })
const environment = installation.environment()
const router = await observeProcess('provider-router', {
  BRAINLYX_MODE: 'local',
  SIMULATOR_URL: simulator.url,
  OPENAI_BASE_URL: `${simulator.url}/v1`,
  SERVICE_TOKEN_PUBLIC_JWKS: environment['SERVICE_TOKEN_PUBLIC_JWKS']!,
  PROVIDER_KEYS_FILE: join(installation.directory, 'provider-keys.json'),
})
const own = { ...environment, ROUTER_URL: router.url }
const api = await observeProcess('chat-api', own)
const worker = await observeProcess('worker', own)
const services = [api, worker, router]
afterAll(async () => {
  for (const service of services.toReversed()) await service.stop()
  await installation.close()
})

const planted: string[] = []
/** A secret of its own, so that a find says which field it leaked from. */
function canary(field: string): string {
  const secret = `canary${field.replaceAll(/[^a-z]/gi, '')}${randomBytes(6).toString('hex')}`
  planted.push(secret)
  return secret
}

const problems: string[] = []
async function send(browser: Browser, path: string, init: RequestInit & { json?: unknown }) {
  const response = await browser.fetch(path, init)
  const text = await response.text()
  if (!response.ok) problems.push(text)
  return response
}

/** Everything that a request can carry besides its body. */
const carriers = (): Record<string, string> => ({
  'x-api-key': canary('xApiKey'),
  'x-brainlyx-unknown': canary('header'),
  'user-agent': canary('userAgent'),
  referer: `https://example.com/${canary('referer')}`,
  'idempotency-key': canary('idempotencyKey'),
  'if-none-match': canary('etag'),
  'last-event-id': canary('cursor'),
  'accept-language': canary('language'),
})

/** The same body with a secret for each text that it has, and one more field. */
function filled(body: object, name: string): object {
  const members = Object.entries(body).map(([key, value]) => [
    key,
    typeof value === 'string' && key !== 'confirmation' ? canary(`${name}${key}`) : value,
  ])
  return { ...Object.fromEntries(members), undeclared: canary(`${name}undeclared`) }
}

test('a secret in every field turns up in no log, metric, job, error or key', async () => {
  const browser = new Browser(api.url)
  const email = `${canary('email')}@example.com`
  const password = canary('password')
  await send(browser, '/api/v1/sign-up', {
    method: 'POST',
    json: { email, password, name: canary('name') },
  })
  await send(browser, '/api/v1/sign-in', {
    method: 'POST',
    json: { email, password: canary('wrongPassword') },
  })
  const started = await browser.turn('/api/v1/turns', { text: canary('message') })
  const { chatId, turnId } = started[0]!.frame as { chatId: string; turnId: string }
  await send(browser, `/api/v1/chats/${chatId}`, {
    method: 'PATCH',
    json: { title: canary('title') },
  })
  await send(browser, `/api/v1/search?q=${canary('search')}`, {})
  // The simulator takes no such key: a refusal that must not repeat it.
  for (const key of [`sk-${canary('providerKey')}`, `sk-${canary('invalid')} invalid`]) {
    const path = '/api/v1/admin/providers/openai/key'
    await send(browser, path, { method: 'PUT', json: { key } })
  }
  const form = new FormData()
  form.set('file', new Blob([canary('fileBytes')]), `${canary('fileName')}.zip`)
  await send(browser, '/api/v1/imports', { method: 'POST', body: form })

  for (const [name, { method, path, body }] of matrixRoutes) {
    if (/deleteAccount|deleteChats|signOut/.test(name)) continue
    const target = path
      .replace(':chatId', chatId)
      .replace(':turnId', turnId)
      .replaceAll(/:\w+/g, () => canary(`${name}Param`))
    const stranger = new Browser(api.url)
    stranger.cookies.set('test.access', canary('accessCookie'))
    stranger.cookies.set('test.session_token', canary('sessionCookie'))
    const authorization = `Bearer ${canary('bearer')}`
    for (const [who, headers] of [
      [browser, {}],
      [stranger, {}],
      [new Browser(api.url), { authorization }],
      [new Browser(api.url), { 'x-brainlyx-service-token': canary('serviceToken') }],
    ] as const) {
      await send(
        who,
        `${target}?${canary('queryName')}=${canary('queryValue')}&limit=${canary('limit')}`,
        {
          method,
          headers: { ...carriers(), ...headers },
          ...(method === 'GET' ? {} : { json: filled(body ?? {}, name) }),
        },
      )
    }
  }
  // What the cookies really are is a secret as well.
  for (const [, value] of browser.cookies) planted.push(value, decodeURIComponent(value))
  planted.push(password, ...privateParts())
  await eventually(async () => expect(await pendingOutbox()).toBe(0), { timeoutMs: 20_000 })

  expect(planted.length).toBeGreaterThan(500)
  expect(problems.length).toBeGreaterThan(50)
  const searched: Record<string, string> = {
    'the log of chat-api': api.output(),
    'the log of the worker': worker.output(),
    'the log of the router': router.output(),
    'the metrics of chat-api': await api.metrics(),
    'the metrics of the worker': await worker.metrics(),
    'the metrics of the router': await router.metrics(),
    'what errors say': problems.join('\n'),
    'Redis, without the text of answers': await redisContents(redis),
    'the outbox': JSON.stringify((await sql`select * from outbox`.execute(admin)).rows),
    'the audit log': JSON.stringify((await sql`select * from audit_log`.execute(admin)).rows),
  }
  for (const [place, text] of Object.entries(searched)) {
    expect(text.length, `${place} is empty`).toBeGreaterThan(100)
    expect(
      planted.filter((secret) => text.includes(secret)),
      place,
    ).toEqual([])
  }
  // The search itself finds what is there.
  expect(searched['the log of chat-api']).toContain('"msg":"request"')
}, 120_000)

/** Of the keys that services sign with, and what tells pseudonyms apart. */
function privateParts(): string[] {
  const { d } = JSON.parse(environment['SERVICE_TOKEN_PRIVATE_JWK']!) as { d: string }
  return [d, environment['AUTH_SECRET']!, environment['PSEUDONYM_KEY']!]
}

async function pendingOutbox(): Promise<number> {
  const { rows } = await sql<{ pending: number }>`
    select count(*)::int as pending from outbox where delivered_at is null
  `.execute(admin)
  return rows[0]!.pending
}

/** Names and contents of all keys; the turn log is what holds text. */
async function redisContents(client: Redis): Promise<string> {
  const found: unknown[] = []
  for (const key of await client.keys('*')) {
    found.push(key)
    if (key.startsWith('turn:')) continue
    const read = {
      string: () => client.get(key),
      hash: () => client.hgetall(key),
      list: () => client.lrange(key, 0, -1),
      set: () => client.smembers(key),
      zset: () => client.zrange(key, 0, '-1'),
      stream: () => client.xrange(key, '-', '+'),
    }[await client.type(key)]
    found.push(await read?.())
  }
  return JSON.stringify(found)
}
