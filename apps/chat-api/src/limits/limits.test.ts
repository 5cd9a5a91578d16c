import type { Limits, Model, Problem, Tier, TierList } from '@brainlyx/chat-contract'
import { findUser, lowerStanding, newId } from '@brainlyx/db'
import { eventually } from '@brainlyx/testkit'
import { request as rawRequest } from 'undici'
import { afterAll, expect, test } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { readFrames } from '../../test/browser.ts'
import { arrangeInstallation, guest, signUp } from '../../test/installation.ts'
import { newTierName } from '../../test/new-tier-name.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const { db, admin: superuser, simulator } = installation
const one = await installation.startReplica()
const two = await installation.startReplica()
const administrator = one.browser()
await signUp(administrator)

/** As the same browser would be on another replica. */
function elsewhere(browser: Browser): Browser {
  const other = two.browser()
  for (const [name, value] of browser.cookies) other.cookies.set(name, value)
  return other
}

const generous: Tier = {
  name: 'free',
  requestsPerMinute: 100_000,
  requestBurst: 100_000,
  concurrentStreams: 1_000,
  messagesPerDay: null,
  tokensPerDay: null,
  models: null,
  uploadBytes: 1_000_000,
  chatIdleDays: null,
  priority: 5,
  monthlyBudgetPicoUsd: null,
}

/** A tier of a test's own, and a member of it. */
async function memberOf(
  limits: Partial<Tier>,
): Promise<{ browser: Browser; userId: string; tier: string }> {
  const tier = newTierName()
  await saveTier(tier, limits)
  const browser = one.browser()
  await signUp(browser)
  const { user } = await browser.json<{ user: { id: string } }>('/api/v1/me')
  // Both replicas know what it was.
  for (const each of [browser, elsewhere(browser)]) await each.json('/api/v1/me/limits')
  const changed = await administrator.fetch(`/api/v1/admin/users/${user.id}`, {
    method: 'PATCH',
    json: { tier },
  })
  expect(changed.status).toBe(200)
  for (const each of [browser, elsewhere(browser)])
    await eventually(async () =>
      expect(await each.json<Limits>('/api/v1/me/limits')).toMatchObject({ tier }),
    )
  return { browser, userId: user.id, tier }
}

async function saveTier(name: string, limits: Partial<Tier>): Promise<void> {
  const { name: _, ...whole } = { ...generous, ...limits }
  const saved = await administrator.fetch(`/api/v1/admin/tiers/${name}`, {
    method: 'PUT',
    json: whole,
  })
  expect(saved.status).toBe(200)
  // Elsewhere within two seconds, hint or not.
  for (const replica of [one, two])
    await eventually(() =>
      expect(replica.limits.tiers.of(name)).toMatchObject({
        name,
        requestBurst: whole.requestBurst,
        messagesPerDay: whole.messagesPerDay,
        models: whole.models,
      }),
    )
}

async function useOf(browser: Browser, name: string) {
  const { limits } = await browser.json<Limits>('/api/v1/me/limits')
  return limits.find((limit) => limit.name === name)!
}

test('a tier is changed by an administrator, in force on every replica within seconds, and audited', async () => {
  const { tiers } = await administrator.json<TierList>('/api/v1/admin/tiers')
  expect(tiers.map(({ name }) => name).slice(0, 5)).toEqual([
    'guest',
    'free',
    'pro',
    'team',
    'enterprise',
  ])
  const { browser, tier } = await memberOf({ requestBurst: 500, messagesPerDay: 7 })
  expect(await useOf(elsewhere(browser), 'messages')).toMatchObject({ limit: 7, used: 0 })
  await saveTier(tier, { messagesPerDay: 8 })
  expect(await useOf(elsewhere(browser), 'messages')).toMatchObject({ limit: 8 })
  const entries = await db
    .selectFrom('auditLog')
    .select(['action', 'details'])
    .where('action', '=', 'tier-change')
    .execute()
  expect(entries).toContainEqual({ action: 'tier-change', details: { tier } })
})

test('a tier that somebody is of stays, as do the guests’ and the members’; another one goes', async () => {
  const { tier } = await memberOf({})
  for (const needed of [tier, 'guest', 'free']) {
    const refused = await administrator.fetch(`/api/v1/admin/tiers/${needed}`, { method: 'DELETE' })
    expect(await refused.json()).toMatchObject({ code: 'tier-in-use', status: 409 })
  }
  await saveTier('nobodys', {})
  const path = '/api/v1/admin/tiers/nobodys'
  expect((await administrator.fetch(path, { method: 'DELETE' })).status).toBe(204)
  expect((await administrator.fetch(path, { method: 'DELETE' })).status).toBe(404)
})

test('two replicas together grant what the bucket holds, and say what is left', async () => {
  // So slow that nothing comes back meanwhile.
  const { browser } = await memberOf({ requestsPerMinute: 1, requestBurst: 200 })
  const { used } = await useOf(browser, 'requests')
  const browsers = [browser, elsewhere(browser)]
  const answers = await Promise.all(
    Array.from({ length: 260 }, (_, index) => browsers[index % 2]!.get('/api/v1/chats')),
  )
  const granted = answers.filter(({ status }) => status === 200).length
  expect(granted).toBe(200 - used)
  const refused = answers.find(({ status }) => status === 429)!
  expect(refused.headers.get('ratelimit-limit')).toBe('200')
  expect(refused.headers.get('ratelimit-remaining')).toBe('0')
  expect(refused.headers.get('ratelimit-policy')).toBe('"requests";q=200;w=12000')
  expect(Number(refused.headers.get('ratelimit-reset'))).toBeGreaterThan(11_000)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1)
  expect(await refused.json()).toMatchObject({
    code: 'too-many-requests',
    limit: 'requests',
    retryable: true,
    detail: expect.stringContaining('200 of them at once'),
  })
})

test('who has used up the requests can still follow, stop and send the same again', async () => {
  const { browser } = await memberOf({ requestsPerMinute: 1, requestBurst: 20 })
  const turnId = newId()
  const send = () => browser.post('/api/v1/turns', { text: 'Once', turnId })
  expect((await send()).status).toBe(202)
  while ((await browser.get('/api/v1/chats')).status === 200);
  expect((await browser.post('/api/v1/turns', { text: 'Another' })).status).toBe(429)
  const again = await send()
  expect(again.status).toBe(202)
  expect(again.headers.get('ratelimit-policy')).toMatch(/^"critical-requests"/)
  expect(await browser.follow(turnId)).not.toEqual([])
  expect((await browser.post(`/api/v1/turns/${turnId}/stop`)).status).toBe(202)
})

test('a message of a day is counted once however often it is sent, and not where it was not accepted', async () => {
  const { browser } = await memberOf({ messagesPerDay: 3 })
  const turnId = newId()
  for (const each of [browser, elsewhere(browser), browser]) {
    const sent = await each.post('/api/v1/turns', { text: 'The same', turnId })
    expect(sent.status).toBe(202)
  }
  expect(await useOf(browser, 'messages')).toMatchObject({ limit: 3, used: 1, remaining: 2 })
  // Neither a chat that is not there nor an empty message is a message.
  expect((await browser.post(`/api/v1/chats/${newId()}/turns`, { text: 'Hi' })).status).toBe(404)
  expect((await browser.post('/api/v1/turns', { text: ' ' })).status).toBe(400)
  await eventually(async () => expect(await useOf(browser, 'messages')).toMatchObject({ used: 1 }))
  for (const text of ['Two', 'Three']) await browser.turn('/api/v1/turns', { text })
  const refused = await browser.post('/api/v1/turns', { text: 'Four' })
  expect(refused.status).toBe(429)
  const problem = (await refused.json()) as Problem
  expect(problem).toMatchObject({ limit: 'messages' })
  expect(problem.retryAfterMs! / 1000).toBeLessThanOrEqual(24 * 60 * 60)
  // It is the messages that are used up, nothing else.
  expect((await browser.get('/api/v1/chats')).status).toBe(200)
})

test('tokens of a day are those of the ledger', async () => {
  const { browser, tier } = await memberOf({ tokensPerDay: 1_000_000 })
  await browser.turn('/api/v1/turns', { text: 'How many tokens is this?' })
  const { used } = await useOf(browser, 'tokens')
  expect(used).toBeGreaterThan(5)
  await saveTier(tier, { tokensPerDay: used })
  await eventually(async () =>
    expect(await useOf(browser, 'tokens')).toMatchObject({ limit: used }),
  )
  const refused = await browser.post('/api/v1/turns', { text: 'One more?' })
  expect(await refused.json()).toMatchObject({ limit: 'tokens', status: 429 })
  await saveTier(tier, { tokensPerDay: used + 1 })
  await eventually(async () =>
    expect((await browser.post('/api/v1/turns', { text: 'One more?' })).status).toBe(202),
  )
})

test('so many answers at once over all replicas, and a place is free when one ends, is stopped or fails', async () => {
  const { browser } = await memberOf({ concurrentStreams: 2 })
  simulator.setPace({ tokensPerSecond: 5 })
  const begin = async (on: Browser): Promise<string> => {
    const sent = await on.post('/api/v1/turns', { text: 'A long answer, please. '.repeat(20) })
    expect(sent.status).toBe(202)
    return ((await sent.json()) as { turnId: string }).turnId
  }
  const first = await begin(browser)
  const second = await begin(elsewhere(browser))
  for (const each of [browser, elsewhere(browser)]) {
    const refused = await each.post('/api/v1/turns', { text: 'A third' })
    expect(await refused.json()).toMatchObject({ status: 429, limit: 'answers' })
  }
  expect(await useOf(browser, 'answers')).toMatchObject({ limit: 2, used: 2, remaining: 0 })
  await browser.post(`/api/v1/turns/${first}/stop`)
  await browser.follow(first)
  // Whoever has seen the end may go on.
  const third = await begin(browser)
  simulator.setPace({ tokensPerSecond: 0 })
  for (const turnId of [second, third]) await browser.post(`/api/v1/turns/${turnId}/stop`)
  await eventually(async () => expect(await useOf(browser, 'answers')).toMatchObject({ used: 0 }))
  // A hundred at once do not get through together.
  simulator.setPace({ tokensPerSecond: 5 })
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      (index % 2 === 0 ? browser : elsewhere(browser)).post('/api/v1/turns', {
        text: 'Many '.repeat(50),
      }),
    ),
  )
  const accepted = answers.filter(({ status }) => status === 202)
  expect(accepted).toHaveLength(2)
  simulator.setPace({ tokensPerSecond: 0 })
  for (const answer of accepted) {
    const { turnId } = (await answer.json()) as { turnId: string }
    await browser.post(`/api/v1/turns/${turnId}/stop`)
  }
  await eventually(async () => expect(await useOf(browser, 'answers')).toMatchObject({ used: 0 }))
}, 20_000)

test('an answer is followed from so many places at once, and a closed one is free', async () => {
  const { browser } = await memberOf({ concurrentStreams: 1 })
  simulator.setPace({ tokensPerSecond: 5 })
  const sent = await browser.post('/api/v1/turns', { text: 'Slowly. '.repeat(30) })
  const { turnId } = (await sent.json()) as { turnId: string }
  const follow = (on: Browser) => on.get(`/api/v1/turns/${turnId}/events`)
  const open = await Promise.all(
    [0, 1, 2, 3, 4].map((index) => follow(index % 2 ? browser : elsewhere(browser))),
  )
  expect(open.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  const refused = await follow(browser)
  expect(await refused.json()).toMatchObject({ limit: 'readers', status: 429 })
  await open[0]!.body!.cancel()
  await eventually(async () => {
    const again = await follow(browser)
    expect(again.status).toBe(200)
    open.push(again)
  })
  await browser.post(`/api/v1/turns/${turnId}/stop`)
  await Promise.all(open.slice(1).map((response) => readFrames(response)))
  simulator.setPace({ tokensPerSecond: 0 })
  await eventually(async () => expect(await useOf(browser, 'readers')).toMatchObject({ used: 0 }))
}, 20_000)

test('models outside of the tier are neither listed nor used', async () => {
  const { models: all } = await administrator.json<{ models: Model[] }>('/api/v1/models')
  const [allowed, other] = [all[1]!.id, all[2]!.id]
  const { browser } = await memberOf({ models: [allowed] })
  const { models } = await browser.json<{ models: Model[] }>('/api/v1/models')
  expect(models.map(({ id }) => id)).toEqual([allowed])
  for (const model of [other, undefined]) {
    const refused = await browser.post('/api/v1/turns', { text: 'Hi', model })
    expect(await refused.json()).toMatchObject({ code: 'model-not-in-tier', status: 403 })
  }
  expect((await browser.post('/api/v1/turns', { text: 'Hi', model: allowed })).status).toBe(202)
})

test('a file may be as large as the tier says', async () => {
  const { browser } = await memberOf({ uploadBytes: 10_000 })
  const refused = await browser.fetch('/api/v1/imports', {
    method: 'POST',
    body: new Uint8Array(10_001),
    headers: { 'content-type': 'application/zip' },
  })
  expect(await refused.json()).toMatchObject({ code: 'body-too-large', status: 413 })
})

test('who goes on and on against 429 has half as much, sees why, and is told on every replica', async () => {
  const { browser, userId } = await memberOf({ requestsPerMinute: 1, requestBurst: 40 })
  await eventually(async () => {
    await Promise.all(Array.from({ length: 50 }, () => browser.get('/api/v1/chats')))
    expect((await findUser(db, userId))!.standing).toBe(50)
  })
  expect((await findUser(db, userId))!.standingReason).toBe('too-many-requests')
  await eventually(async () => {
    const refused = await elsewhere(browser).get('/api/v1/chats')
    expect(refused.headers.get('ratelimit-limit')).toBe('20')
  })
}, 20_000)

test('failed sign-ins count against who makes them, not against whose account it is', async () => {
  const { userId: victim, browser: owner } = await memberOf({})
  const { user } = await owner.json<{ user: { email: string } }>('/api/v1/me')
  const attacker = await guest(one)
  const { user: guessing } = await attacker.json<{ user: { id: string } }>('/api/v1/me')
  for (let attempt = 0; attempt < 25; attempt++) {
    const email = attempt % 2 === 0 ? user.email : `nobody-${attempt}@example.com`
    await attacker.post('/api/v1/sign-in', { email, password: 'a wrong password' })
  }
  await eventually(async () =>
    expect(await findUser(db, guessing.id)).toMatchObject({
      standing: 50,
      standingReason: 'failed-sign-ins',
    }),
  )
  expect((await findUser(db, victim))!.standing).toBe(100)
}, 20_000)

test('a lowered standing is shown with its reason, and what it leaves', async () => {
  const { browser, userId } = await memberOf({ messagesPerDay: 100 })
  await lowerStanding(db, { userId, reason: 'refused-content', now: new Date() })
  await one.limits.standings.announce(userId)
  expect(await browser.json<Limits>('/api/v1/me/limits')).toMatchObject({
    standing: { percent: 50, reason: 'refused-content' },
  })
  expect(await useOf(browser, 'messages')).toMatchObject({ limit: 50 })
})

test('many guests at one address have what one has, a member beside them is not touched, and no header changes who they are', async () => {
  const strict = await installation.startReplica({ mode: 'production' })
  const { tiers } = await administrator.json<TierList>('/api/v1/admin/tiers')
  const before = tiers.find(({ name }) => name === 'guest')!
  const member = strict.browser()
  await signUp(member)
  await saveTier('guest', { ...before, messagesPerDay: 3 })
  await eventually(() =>
    expect(strict.limits.tiers.of('guest')).toMatchObject({ messagesPerDay: 3 }),
  )
  let accepted = 0
  for (let round = 0; round < 8; round++) {
    const rotating = await guest(strict)
    const sent = await rotating.fetch('/api/v1/turns', {
      method: 'POST',
      json: { text: 'From somebody new' },
      headers: { 'x-forwarded-for': `203.0.113.${round}`, forwarded: `for=203.0.113.${round}` },
    })
    if (sent.status === 202) accepted++
    else
      expect(await sent.json()).toMatchObject({
        limit: 'messages',
        detail: expect.stringContaining('an account has limits of its own'),
      })
  }
  expect(accepted).toBe(3)
  expect((await member.post('/api/v1/turns', { text: 'From a member' })).status).toBe(202)

  await saveTier('guest', { ...before, requestsPerMinute: 1, requestBurst: 5 })
  await eventually(() => expect(strict.limits.tiers.of('guest')).toMatchObject({ requestBurst: 5 }))
  const statuses: number[] = []
  for (let round = 0; round < 12; round++) {
    const { statusCode, body } = await rawRequest(`${strict.url}/api/v1/models`, {
      headers: { 'x-forwarded-for': `198.51.100.${round}`, 'x-real-ip': `198.51.100.${round}` },
    })
    await body.dump()
    statuses.push(statusCode)
  }
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(5)
  expect(statuses.at(-1)).toBe(429)
  expect((await member.get('/api/v1/models')).status).toBe(200)
  await saveTier('guest', before)
}, 20_000)

test('under pressure optional work goes first, then normal work by priority; critical work goes on', async () => {
  const pressure = { current: { level: 0, isFull: false } }
  const pressed = await installation.startReplica({ pressure })
  const { browser } = await memberOf({ priority: 5 })
  const own = pressed.browser()
  for (const [name, value] of browser.cookies) own.cookies.set(name, value)
  const status = async (path: string) => (await own.get(path)).status
  expect(await status('/api/v1/search?q=x')).toBe(200)
  pressure.current = { level: 0.3, isFull: false }
  const shed = await own.get('/api/v1/search?q=x')
  expect(shed.status).toBe(503)
  expect(shed.headers.get('retry-after')).toBe('3')
  expect(await shed.json()).toMatchObject({ code: 'overloaded', retryable: true })
  expect(await status('/api/v1/chats')).toBe(200)
  // Nobody in particular is less than a member of this tier.
  expect((await pressed.browser().get('/api/v1/models')).status).toBe(503)
  pressure.current = { level: 1, isFull: false }
  expect(await status('/api/v1/chats')).toBe(503)
  const frames = await own.turn('/api/v1/turns', { text: 'Is there room for this?' })
  expect(frames.at(-1)!.frame.type).toBe('turn-end')
  const { turnId } = frames[0]!.frame as { turnId: string }
  expect(await own.follow(turnId)).not.toEqual([])
  expect((await own.post(`/api/v1/turns/${turnId}/stop`)).status).toBe(202)
  pressure.current = { level: 2, isFull: true }
  expect((await own.post(`/api/v1/turns/${turnId}/stop`)).status).toBe(503)
  pressure.current = { level: 0, isFull: false }
  const refused = (await pressed.metrics.registry.getSingleMetric('requests_refused_total')!.get())
    .values
  expect(refused.map(({ labels }) => labels)).toContainEqual({
    layer: 'pressure',
    limit: 'optional',
    route: 'search',
  })
})

test('without Redis the limits hold by each replica’s share', async () => {
  const alone = await installation.startReplica({ redisUrl: 'redis://127.0.0.1:1' })
  const { browser, tier } = await memberOf({ requestsPerMinute: 1, requestBurst: 40 })
  // No hint reaches it.
  await eventually(() => expect(alone.limits.tiers.of(tier).name).toBe(tier))
  const own = alone.browser()
  for (const [name, value] of browser.cookies) own.cookies.set(name, value)
  const replicas = (await superuser.selectFrom('processes').select('id').execute()).length
  expect(replicas).toBeGreaterThan(1)
  const answers = await Promise.all(Array.from({ length: 60 }, () => own.get('/api/v1/chats')))
  const granted = answers.filter(({ status }) => status === 200).length
  expect(granted).toBeGreaterThanOrEqual(1)
  expect(granted).toBeLessThanOrEqual(Math.ceil(40 / 2))
  const report = await alone.limits.report({
    principal: { userId: newId(), kind: 'guest', role: 'user', signInId: '', tokenVersion: 1 },
    origin: { fromWeb: false, address: '127.0.0.1' },
  })
  expect(report.approximate).toBe(true)
})
