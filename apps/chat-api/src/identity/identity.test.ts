import type { ChatPage, Me } from '@brainlyx/chat-contract'
import { createDatabase } from '@brainlyx/db'
import { eventually } from '@brainlyx/testkit'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { PUBLIC_ORIGIN, arrangeInstallation, guest, signUp } from '../../test/installation.ts'
import { ACCESS_TOKEN_LIFETIME_MS } from './access-token-lifetime.ts'

const installation = await arrangeInstallation()
const { db, admin } = installation
afterAll(() => installation.close())

let clockAheadMs = 0
const api = await installation.startReplica({ nowMs: () => Date.now() + clockAheadMs })

const password = 'correct horse battery'
const me = (browser: Browser): Promise<Me> => browser.json<Me>('/api/v1/me')
const chatsOf = async (browser: Browser) => (await browser.json<ChatPage>('/api/v1/chats')).chats
const accessToken = (browser: Browser): string => browser.cookies.get('test.access')!

test('whoever signs up first on a laptop administrates, nobody after', async () => {
  const [first, second] = [api.browser(), api.browser()]
  await signUp(first)
  await signUp(second)
  expect((await me(first)).user).toMatchObject({ kind: 'member', role: 'admin' })
  expect((await me(first)).installation.canSetProviderKeys).toBe(true)
  expect((await me(second)).user).toMatchObject({ kind: 'member', role: 'user' })
  expect((await me(second)).installation.canSetProviderKeys).toBe(false)
})

test('in production nobody becomes administrator by being first', async () => {
  const other = await arrangeInstallation()
  const replica = await other.startReplica({ mode: 'production' })
  const browser = replica.browser()
  await signUp(browser)
  expect((await me(browser)).user).toMatchObject({ role: 'user' })
  await other.close()
})

test('who is not signed in is nobody, and is told what this installation is', async () => {
  expect(await me(api.browser())).toMatchObject({ user: null, installation: { mode: 'local' } })
})

test('a guest stays the same guest when they ask to be one again', async () => {
  const browser = await guest(api)
  const { user } = await me(browser)
  expect(user).toMatchObject({ kind: 'guest', role: 'user', email: null })
  expect((await browser.post('/api/v1/sign-in/guest')).status).toBe(201)
  expect((await me(browser)).user).toEqual(user)
})

test('cookies are out of reach of scripts and of other sites', async () => {
  const response = await api.browser().post('/api/v1/sign-in/guest')
  const cookies = response.headers.getSetCookie()
  expect(cookies).toHaveLength(2)
  for (const cookie of cookies) {
    expect(cookie).toMatch(/^test\.(session_token|access)=/)
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    expect(cookie).not.toMatch(/Secure/i)
  }
  const secure = await installation.startReplica({ publicOrigin: 'https://chat.example.test' })
  const overHttps = await secure.browser().post('/api/v1/sign-in/guest')
  for (const cookie of overHttps.headers.getSetCookie())
    expect(cookie).toMatch(/^__Host-test\..*; Secure/i)
})

test('a guest who signs up is the same user with the same chats', async () => {
  const browser = await guest(api)
  const before = (await me(browser)).user!
  await browser.turn('/api/v1/turns', { text: 'Keep this.' })
  const chats = await chatsOf(browser)
  const guestCookies = new Map(browser.cookies)
  const email = await signUp(browser)
  expect((await me(browser)).user).toEqual({ ...before, kind: 'member', email })
  expect(await chatsOf(browser)).toMatchObject([{ id: chats[0]!.id }])
  expect(await identitiesOf(before.id)).toHaveLength(1)

  const stale = api.browser()
  stale.cookies.set('test.session_token', guestCookies.get('test.session_token')!)
  expect((await me(stale)).user).toBeNull()
})

test('a guest who signs in to an account takes their chats along', async () => {
  const owner = api.browser()
  const email = await signUp(owner)
  await owner.turn('/api/v1/turns', { text: 'The account’s own.' })
  const account = (await me(owner)).user!

  const browser = await guest(api)
  const guestId = (await me(browser)).user!.id
  await browser.turn('/api/v1/turns', { text: 'The guest’s.' })
  const guestToken = accessToken(browser)
  const response = await browser.post('/api/v1/sign-in', { email: email.toUpperCase(), password })
  expect(response.status).toBe(200)
  expect((await me(browser)).user).toEqual(account)
  expect(await chatsOf(browser)).toHaveLength(2)
  for (const chat of await chatsOf(browser)) {
    expect((await browser.get(`/api/v1/chats/${chat.id}/messages`)).status).toBe(200)
  }
  expect(await identitiesOf(guestId)).toEqual([])
  expect(await identitiesOf(account.id)).toHaveLength(1)

  // What the guest's token still opens for its last minutes is empty, and stays so.
  const bearer = { authorization: `Bearer ${guestToken}` }
  const left = await api.browser().fetch('/api/v1/chats', { headers: bearer })
  expect(await left.json()).toMatchObject({ chats: [] })
  const more = await api.browser().post('/api/v1/turns', { text: 'Lost?' }, bearer)
  expect(more.status).toBe(401)
})

const identitiesOf = (userId: string) =>
  admin.selectFrom('authIdentities').selectAll().where('userId', '=', userId).execute()

test('a turn that runs while its guest signs in ends in the account', async () => {
  installation.simulator.setPace({ tokensPerSecond: 100 })
  const email = await signUp(api.browser())
  const browser = await guest(api)
  const accepted = await browser.post('/api/v1/turns', { text: 'Still running.' })
  const { turnId, chatId } = (await accepted.json()) as { turnId: string; chatId: string }
  await browser.post('/api/v1/sign-in', { email, password })
  const frames = await browser.follow(turnId)
  expect(frames.at(-1)!.frame).toMatchObject({ type: 'turn-end', finish: 'stop' })
  const { messages } = await browser.json<{ messages: unknown[] }>(
    `/api/v1/chats/${chatId}/messages`,
  )
  expect(messages).toHaveLength(2)
  installation.simulator.setPace({ tokensPerSecond: 0 })
})

test('an e-mail address has one account, in any case', async () => {
  const email = await signUp(api.browser())
  const again = await api
    .browser()
    .post('/api/v1/sign-up', { email: email.toUpperCase(), password })
  expect(again.status).toBe(409)
  expect(await again.json()).toMatchObject({ code: 'email-taken', fields: [{ path: 'email' }] })
})

test('a wrong password and an unknown address look the same', async () => {
  const email = await signUp(api.browser())
  const answers = []
  for (const input of [
    { email, password: 'not the password' },
    { email: 'nobody@example.com', password },
  ]) {
    const response = await api.browser().post('/api/v1/sign-in', input)
    const { traceId: _, ...problem } = (await response.json()) as Record<string, unknown>
    answers.push({ status: response.status, problem })
  }
  expect(answers[0]).toEqual(answers[1])
  expect(answers[0]).toMatchObject({ status: 401, problem: { code: 'wrong-credentials' } })
})

test('passwords are kept as argon2id', async () => {
  await signUp(api.browser())
  const { rows } = await sql<{ password: string }>`select password from auth.account`.execute(db)
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) expect(row.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('an expired access token is renewed from the session without anyone noticing', async () => {
  const browser = await guest(api)
  const before = accessToken(browser)
  expect((await browser.get('/api/v1/chats')).headers.getSetCookie()).toEqual([])
  clockAheadMs += ACCESS_TOKEN_LIFETIME_MS + 1_000
  const bearer = await api
    .browser()
    .fetch('/api/v1/chats', { headers: { authorization: `Bearer ${before}` } })
  expect(bearer.status).toBe(401)
  const response = await browser.get('/api/v1/chats')
  expect(response.status).toBe(200)
  expect(accessToken(browser)).not.toBe(before)
  const frames = await browser.turn('/api/v1/turns', { text: 'Hello again' })
  expect(frames.at(-1)!.frame.type).toBe('turn-end')
  clockAheadMs = 0
})

test('every replica checks tokens by itself, without a database', async () => {
  const token = accessToken(await guest(api))
  const ownDb = createDatabase({ url: installation.database.url, name: 'test' })
  const other = await installation.startReplica({ db: ownDb })
  await ownDb.destroy()
  await expect(other.tokens.verify(token)).resolves.toMatchObject({ kind: 'guest', role: 'user' })
})

test('after signing out neither cookie is of use', async () => {
  const browser = await guest(api)
  const kept = new Map(browser.cookies)
  const response = await browser.post('/api/v1/sign-out')
  expect(response.status).toBe(204)
  expect([...browser.cookies.keys()]).toEqual([])
  const replay = api.browser()
  replay.cookies.set('test.session_token', kept.get('test.session_token')!)
  expect((await me(replay)).user).toBeNull()
})

test.each([
  ['not a token', 'x.y.z'],
  ['a service’s token', 'service'],
  [
    'an unsigned token',
    `${btoa('{"alg":"none"}')}.${btoa('{"sub":"x","aud":"chat-api","exp":9999999999}')}.`,
  ],
])('%s as a bearer token is refused', async (_name, token) => {
  const given = token === 'service' ? await installation.webToken() : token
  const response = await api
    .browser()
    .fetch('/api/v1/me', { headers: { authorization: `Bearer ${given}` } })
  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({ code: 'invalid-access-token' })
})

test('a forged session cookie is nobody', async () => {
  const browser = await guest(api)
  browser.cookies.delete('test.access')
  const [token] = decodeURIComponent(browser.cookies.get('test.session_token')!).split('.')
  browser.cookies.set('test.session_token', encodeURIComponent(`${token}.${btoa('x'.repeat(32))}`))
  expect((await me(browser)).user).toBeNull()
})

const fromElsewhere: [string, Record<string, string>][] = [
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  [
    'another port of this host',
    { 'sec-fetch-site': 'same-site', origin: 'http://chat.example.test:4000' },
  ],
  ['an old browser on another site', { 'sec-fetch-site': '', origin: 'https://evil.example' }],
  ['a page without an origin', { 'sec-fetch-site': '', origin: 'null' }],
  ['who says nothing but sends cookies', { 'sec-fetch-site': '' }],
]
test.each(fromElsewhere)('a change asked for by %s is refused', async (_name, headers) => {
  const browser = await guest(api)
  for (const path of ['/api/v1/turns', '/api/v1/sign-out', '/api/v1/sign-in', '/api/v1/sign-up']) {
    const response = await raw(path, { ...headers, cookie: cookieOf(browser) })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'cross-origin-request' })
  }
  expect((await me(browser)).user).not.toBeNull()
})

test('our own pages, the web service and programs may ask for changes', async () => {
  // Each is somebody else’s: only so many answers are written for one user at once.
  const cookie = async () => cookieOf(await guest(api))
  const authorization = async () => `Bearer ${accessToken(await guest(api))}`
  const allowed: Record<string, string>[] = [
    { cookie: await cookie(), origin: PUBLIC_ORIGIN },
    { cookie: await cookie(), 'x-brainlyx-service-token': await installation.webToken() },
    { authorization: await authorization() },
    {
      authorization: await authorization(),
      origin: 'https://a-tool.example',
      'sec-fetch-site': 'cross-site',
    },
  ]
  for (const headers of allowed) expect((await raw('/api/v1/turns', headers)).status).toBe(202)
})

test('the web service does not vouch for a form of another site, nor does a forged token', async () => {
  const cookie = cookieOf(await guest(api))
  const token = await installation.webToken()
  const foreign = await raw('/api/v1/turns', {
    cookie,
    'x-brainlyx-service-token': token,
    origin: 'https://evil.example',
  })
  expect(foreign.status).toBe(403)
  const forged = await raw('/api/v1/turns', {
    cookie,
    'x-brainlyx-service-token': `${token.slice(0, -8)}AAAAAAAA`,
  })
  expect(forged.status).toBe(401)
})

const cookieOf = (browser: Browser): string =>
  [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')

function raw(path: string, headers: Record<string, string>): Promise<Response> {
  const sent = Object.entries(headers).filter(([, value]) => value !== '')
  return fetch(`${api.url}${path}`, {
    method: 'POST',
    body: JSON.stringify({ text: 'Hello', email: 'a@example.com', password }),
    headers: { 'content-type': 'application/json', ...Object.fromEntries(sent) },
  })
}

test('an account is tried ten times, however many addresses try', async () => {
  const replica = await installation.startReplica({
    trustedProxyHops: 1,
    limits: { accountLimit: { points: 3, durationSeconds: 60 } },
  })
  const email = await signUp(replica.browser())
  const attempt = (secret: string, address: string) =>
    replica
      .browser()
      .post('/api/v1/sign-in', { email, password: secret }, { 'x-forwarded-for': address })
  for (let index = 0; index < 3; index++)
    expect((await attempt('wrong wrong', `198.51.100.${index}`)).status).toBe(401)
  const refused = await attempt(password, '198.51.100.9')
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ code: 'too-many-attempts', retryable: true })
})

test('an address makes so many attempts and no more; a forged header does not help', async () => {
  const replica = await installation.startReplica({
    trustedProxyHops: 1,
    limits: { addressLimit: { points: 3, durationSeconds: 60 } },
  })
  const from = async (address: string) =>
    (await replica.browser().post('/api/v1/sign-in/guest', {}, { 'x-forwarded-for': address }))
      .status
  expect([await from('203.0.113.7'), await from('203.0.113.7'), await from('203.0.113.7')]).toEqual(
    [201, 201, 201],
  )
  expect(await from('203.0.113.7')).toBe(429)
  expect(await from('6.6.6.6, 203.0.113.7')).toBe(429)
  expect(await from('203.0.113.8')).toBe(201)
})

test('a limit holds on a replica for itself while Redis is away', async () => {
  const replica = await installation.startReplica({
    redisUrl: 'redis://127.0.0.1:1',
    trustedProxyHops: 1,
    limits: { addressLimit: { points: 1, durationSeconds: 60 } },
  })
  const status = async () =>
    (
      await replica
        .browser()
        .post('/api/v1/sign-in/guest', {}, { 'x-forwarded-for': '203.0.113.99' })
    ).status
  expect(await status()).toBe(201)
  expect(await status()).toBe(429)
})

test('a sign-up that died before our half of it is mended by signing in', async () => {
  const browser = api.browser()
  const email = await signUp(browser)
  const { id } = (await me(browser)).user!
  await admin.deleteFrom('authIdentities').where('userId', '=', id).execute()
  await admin.deleteFrom('users').where('id', '=', id).execute()
  const again = api.browser()
  expect((await again.post('/api/v1/sign-in', { email, password })).status).toBe(200)
  await eventually(async () =>
    expect((await me(again)).user).toMatchObject({ email, kind: 'member' }),
  )
})
