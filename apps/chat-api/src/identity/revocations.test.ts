import type { Me, OwnSignInList, Turn } from '@brainlyx/chat-contract'
import { createDatabase } from '@brainlyx/db'
import { eventually, startRedisServer } from '@brainlyx/testkit'
import { sql } from 'kysely'
import { afterAll, afterEach, expect, test } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { arrangeInstallation, guest, signUp } from '../../test/installation.ts'
import type { ChangedBy } from './user-administration.ts'

/** What is promised on every replica, with Redis and without. */
const PROMISED_MS = 5_000

const releases = new AsyncDisposableStack()
const installation = await arrangeInstallation()
afterAll(async () => {
  await installation.close()
  await releases.disposeAsync()
})
const server = await startRedisServer(releases)
afterEach(async () => {
  installation.simulator.setPace({ tokensPerSecond: 0 })
  await server.kill()
  await server.start()
})

const [a, b] = [
  await installation.startReplica({ redisUrl: server.url }),
  await installation.startReplica({ redisUrl: server.url }),
]
const administrator = a.browser()
await signUp(administrator)
const adminId = (await administrator.json<Me>('/api/v1/me')).user!.id
const by: ChangedBy = { kind: 'admin', userId: adminId, address: '203.0.113.1' }
const password = 'correct horse battery'

async function member(): Promise<{ browser: Browser; userId: string; email: string }> {
  const browser = a.browser()
  const email = await signUp(browser)
  return { browser, email, userId: (await browser.json<Me>('/api/v1/me')).user!.id }
}

function on(replica: { browser: () => Browser }, browser: Browser): Browser {
  const other = replica.browser()
  for (const [name, value] of browser.cookies) other.cookies.set(name, value)
  return other
}

const token = (browser: Browser): string => browser.cookies.get('test.access')!
const asBearer = (
  replica: { browser: () => Browser },
  bearer: string,
  path = '/api/v1/chats',
): Promise<Response> =>
  replica.browser().fetch(path, { headers: { authorization: `Bearer ${bearer}` } })

/** A turn that takes minutes, and a stream of it on `replica`. */
async function openStream(browser: Browser, replica: { browser: () => Browser }) {
  installation.simulator.setPace({ tokensPerSecond: 4 })
  const accepted = await browser.post('/api/v1/turns', { text: `Go on and on. [tokens:900]` })
  const { turnId } = (await accepted.json()) as { turnId: string }
  const response = await on(replica, browser).fetch(`/api/v1/turns/${turnId}/events`)
  expect(response.status).toBe(200)
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let hasEnded = false
  const ended = (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value
    hasEnded = true
  })()
  await eventually(() => expect(text).toContain('text-delta'))
  return { turnId, ended, text: () => text, hasEnded: () => hasEnded }
}

/** @returns how long it took */
async function within<T>(run: () => Promise<T>): Promise<number> {
  const startedAt = performance.now()
  await run()
  return performance.now() - startedAt
}

const stateOf = async (turnId: string): Promise<string | undefined> =>
  (
    await installation.admin
      .selectFrom('turns')
      .select('state')
      .where('id', '=', turnId)
      .executeTakeFirst()
  )?.state

test.each(['up', 'killed'])(
  'a ban through one replica ends streams, tokens and turns on the other, with Redis %s',
  async (redis) => {
    const { browser, userId, email } = await member()
    const stream = await openStream(browser, b)
    const bearer = token(browser)
    expect((await asBearer(b, bearer)).status).toBe(200)
    // Its turn is stopped as well, and may end the stream first; what has no turn must end, too.
    const cut = Promise.withResolvers<void>()
    b.revocations.watch((await b.tokens.verify(bearer))!, cut.resolve)
    if (redis === 'killed') await server.kill()

    const tookMs = await within(async () => {
      await a.administration.banUser(by, userId)
      await stream.ended
      await cut.promise
    })
    expect(tookMs).toBeLessThan(PROMISED_MS)

    // Nothing lets them in: the token, the cookies on either replica, the stream where they left it, the password.
    const refused = await asBearer(b, bearer)
    expect(refused.status).toBe(401)
    expect(await refused.json()).toMatchObject({ code: 'invalid-access-token' })
    for (const replica of [a, b]) {
      const cookies = on(replica, browser)
      const again = await cookies.get(`/api/v1/turns/${stream.turnId}/events`)
      expect(again.status).toBe(401)
      expect(await again.json()).toMatchObject({ code: 'sign-in-required', retryable: false })
      const signIn = await replica.browser().post('/api/v1/sign-in', { email, password })
      expect(signIn.status).toBe(403)
      expect(await signIn.json()).toMatchObject({ code: 'account-banned' })
    }
    await eventually(async () => expect(await stateOf(stream.turnId)).toBe('stopped'))

    await a.administration.unbanUser(by, userId)
    expect((await asBearer(b, bearer)).status).toBe(401)
    const back = b.browser()
    expect((await back.post('/api/v1/sign-in', { email, password })).status).toBe(200)
    expect((await back.get('/api/v1/chats')).status).toBe(200)
  },
  40_000,
)

test.each(['up', 'killed'])(
  'a new role gets a new token at once, and breaks nothing, with Redis %s',
  async (redis) => {
    const { browser, userId } = await member()
    const stream = await openStream(browser, b)
    const before = token(browser)
    if (redis === 'killed') await server.kill()
    await a.administration.changeRole(by, userId, 'admin')
    await eventually(async () => expect((await asBearer(b, before)).status).toBe(401), {
      timeoutMs: PROMISED_MS,
    })
    const elsewhere = on(b, browser)
    expect((await elsewhere.json<Me>('/api/v1/me')).user).toMatchObject({ role: 'admin' })
    expect(token(elsewhere)).not.toBe(before)
    expect((await asBearer(b, token(elsewhere))).status).toBe(200)
    expect((await asBearer(a, token(elsewhere))).status).toBe(200)
    expect(stream.hasEnded()).toBe(false)
    await browser.post(`/api/v1/turns/${stream.turnId}/stop`)
    await stream.ended
    expect(stream.text()).toContain('turn-end')
  },
  40_000,
)

test('what an administrator’s rights opened ends with them; their own chats do not', async () => {
  const { browser, userId } = await member()
  await a.administration.changeRole(by, userId, 'admin')
  await browser.get('/api/v1/me')
  const principal = await eventually(async () => {
    const found = await b.tokens.verify(token(browser))
    expect(found).toMatchObject({ role: 'admin' })
    return found!
  })
  const ended: string[] = []
  const forget = b.revocations.watch(principal, () => void ended.push('own'))
  b.revocations.watch(principal, () => void ended.push('administration'), { byRole: true })
  await a.administration.changeRole(by, userId, 'user')
  await eventually(() => expect(ended).toEqual(['administration']))
  // Who comes too late is told at once.
  b.revocations.watch(principal, () => void ended.push('late'), { byRole: true })
  expect(ended).toEqual(['administration', 'late'])
  const refused = await asBearer(b, token(browser), '/api/v1/admin/providers')
  expect(refused.status).toBe(401)
  forget()
})

test.each(['up', 'killed'])(
  'signing out ends this sign-in everywhere and no other, with Redis %s',
  async (redis) => {
    const { browser, email } = await member()
    const other = b.browser()
    await other.post('/api/v1/sign-in', { email, password })
    const stream = await openStream(browser, b)
    const [mine, theirs] = [token(browser), token(other)]
    if (redis === 'killed') await server.kill()
    const tookMs = await within(async () => {
      expect((await browser.post('/api/v1/sign-out')).status).toBe(204)
      await stream.ended
      expect((await asBearer(b, mine)).status).toBe(401)
    })
    expect(tookMs).toBeLessThan(PROMISED_MS)
    expect((await asBearer(a, theirs)).status).toBe(200)
    expect((await asBearer(b, theirs)).status).toBe(200)
    // The turn goes on: a closed browser does not stop it.
    expect((await other.json<Turn>(`/api/v1/turns/${stream.turnId}`)).state).toBe('running')
    await other.post(`/api/v1/turns/${stream.turnId}/stop`)
  },
  40_000,
)

test('sign-ins are listed, ended one by one, and all but this one', async () => {
  const { browser, email } = await member()
  const others = [a.browser(), b.browser(), b.browser()]
  for (const other of others) {
    const agent = {
      'user-agent': 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0',
    }
    expect((await other.post('/api/v1/sign-in', { email, password }, agent)).status).toBe(200)
  }
  const list = async (from: Browser) =>
    (await from.json<OwnSignInList>('/api/v1/me/sign-ins')).signIns
  const signIns = await list(browser)
  expect(signIns).toHaveLength(4)
  expect(signIns.filter(({ isThis }) => isThis)).toHaveLength(1)
  expect(signIns.filter(({ device }) => device === 'Firefox on Windows')).toHaveLength(3)
  for (const { address } of signIns) expect(address).toMatch(/^127\.0\.0\.x$/)

  const [first] = (await list(others[0]!)).filter(({ isThis }) => isThis)
  expect(
    (await browser.fetch(`/api/v1/me/sign-ins/${first!.id}`, { method: 'DELETE' })).status,
  ).toBe(204)
  await eventually(async () => expect((await asBearer(b, token(others[0]!))).status).toBe(401))
  expect((await others[0]!.json<Me>('/api/v1/me')).user).toBeNull()
  const twice = await browser.fetch(`/api/v1/me/sign-ins/${first!.id}`, { method: 'DELETE' })
  expect(twice.status).toBe(404)

  const stream = await openStream(others[1]!, b)
  const all = await browser.post('/api/v1/me/sign-ins/end-others')
  expect(await all.json()).toEqual({ ended: 2 })
  await stream.ended
  await eventually(async () => expect((await asBearer(b, token(others[2]!))).status).toBe(401))
  expect((await browser.get('/api/v1/chats')).status).toBe(200)
  expect(await list(browser)).toMatchObject([{ isThis: true }])

  // One's own is a sign-out.
  const [own] = await list(browser)
  await browser.fetch(`/api/v1/me/sign-ins/${own!.id}`, { method: 'DELETE' })
  expect([...browser.cookies.keys()]).toEqual([])
}, 30_000)

test('the last use is written when a token is made anew, not at each request', async () => {
  let aheadMs = 0
  const replica = await installation.startReplica({ nowMs: () => Date.now() + aheadMs })
  const browser = await guest(replica)
  const lastUsed = async () =>
    (await browser.json<OwnSignInList>('/api/v1/me/sign-ins')).signIns[0]!.lastUsedAt
  const began = await lastUsed()
  await browser.get('/api/v1/chats')
  expect(await lastUsed()).toBe(began)
  await sql`
    update auth."session" set "updatedAt" = "updatedAt" - interval '20 min',
      "expiresAt" = "expiresAt" - interval '20 min'
  `.execute(installation.admin)
  const old = await lastUsed()
  expect(old < began).toBe(true)
  aheadMs = 16 * 60_000
  await browser.get('/api/v1/chats')
  expect((await lastUsed()) > old).toBe(true)
})

test('who may not change a user does not; nothing is written twice', async () => {
  const { userId, browser } = await member()
  const { userId: otherId } = await member()
  const administration = b.administration
  const notAdmin: ChangedBy = { kind: 'admin', userId: otherId, address: '203.0.113.9' }
  await expect(administration.banUser(notAdmin, userId)).rejects.toMatchObject({ status: 403 })
  await expect(administration.banUser(by, adminId)).rejects.toMatchObject({ code: 'own-account' })
  await expect(administration.changeRole(by, adminId, 'user')).rejects.toMatchObject({
    code: 'own-account',
  })
  await expect(administration.changeTier(by, userId, 'gold')).rejects.toMatchObject({
    code: 'unknown-tier',
  })
  const nobody = '01890000-0000-7000-8000-000000000000'
  await expect(administration.banUser(by, nobody)).rejects.toMatchObject({ code: 'user-not-found' })

  await administration.changeTier(by, userId, 'pro')
  await administration.changeTier(by, userId, 'pro')
  expect((await asBearer(a, token(browser))).status).toBe(200)
  await administration.changeRole({ kind: 'service' }, userId, 'admin')
  const entries = await installation.db
    .selectFrom('auditLog')
    .select(['action', 'outcome', 'actorKind', 'details'])
    .where('action', 'in', ['tier-change', 'role-change'])
    .orderBy('id')
    .execute()
  expect(entries.slice(-2)).toEqual([
    { action: 'tier-change', outcome: 'completed', actorKind: 'admin', details: { tier: 'pro' } },
    {
      action: 'role-change',
      outcome: 'completed',
      actorKind: 'service',
      details: { role: 'admin' },
    },
  ])
})

test('two administrators who demote each other at once leave one', async () => {
  const [one, two] = [await member(), await member()]
  for (const { userId } of [one, two]) await a.administration.changeRole(by, userId, 'admin')
  const asAdmin = (userId: string): ChangedBy => ({ kind: 'admin', userId, address: '::1' })
  const results = await Promise.allSettled([
    a.administration.changeRole(asAdmin(one.userId), two.userId, 'user'),
    b.administration.changeRole(asAdmin(two.userId), one.userId, 'user'),
  ])
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('while the database is away it keeps what it knows, and readiness says so', async () => {
  const controlDb = createDatabase({ url: installation.database.url, name: 'test', poolSize: 1 })
  const replica = await installation.startReplica({ controlDb })
  const { userId, browser } = await member()
  const kept = token(browser)
  await a.administration.banUser(by, userId)
  await eventually(async () => expect((await asBearer(replica, kept)).status).toBe(401))
  const other = await member()
  await controlDb.destroy()
  await eventually(
    async () => expect((await replica.readiness()).degraded).toContain('revocations'),
    { timeoutMs: 12_000 },
  )
  expect((await asBearer(replica, kept)).status).toBe(401)
  expect((await asBearer(replica, token(other.browser))).status).toBe(200)
  const failures = await replica.metrics.registry
    .getSingleMetric('revocation_reads_failed_total')!
    .get()
  expect(failures.values[0]!.value).toBeGreaterThan(0)
}, 20_000)

test('ten thousand streams cost one entry each, and a ban ends those of its user alone', () => {
  const { revocations } = a
  const ended = new Set<string>()
  const holders = Array.from({ length: 10_000 }, (_unused, index) => ({
    userId: `user ${index % 5_000}`,
    signInId: `sign-in ${index}`,
    tokenVersion: 1,
  }))
  const forget = holders.map((holder) =>
    revocations.watch(holder, () => void ended.add(holder.signInId)),
  )
  void revocations.announce([{ userId: 'user 7', tokensBelow: 2, streams: true }])
  expect([...ended]).toEqual(['sign-in 7', 'sign-in 5007'])
  void revocations.announce([{ userId: 'user 8', tokensBelow: 2, streams: false }])
  void revocations.announce([{ signInId: 'sign-in 9' }])
  expect([...ended].slice(2)).toEqual(['sign-in 9'])
  for (const release of forget) release()
  void revocations.announce([{ userId: 'user 10' }])
  expect(ended.size).toBe(3)
})
