import type { NewApiKey, Problem } from '@brainlyx/chat-contract'
import { setInstallationBudget, setUserBudget } from '@brainlyx/db'
import { eventually } from '@brainlyx/testkit'
import { sql } from 'kysely'
import { afterAll, afterEach, expect, test } from 'vitest'
import { makeKey, memberWithKey } from '../../test/api-key.ts'
import { arrangeInstallation, signUp } from '../../test/installation.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const { db, admin, simulator } = installation
const one = await installation.startReplica()
const two = await installation.startReplica()
await signUp(one.browser()) // the administrator
afterEach(() => simulator.setPace({ tokensPerSecond: 0 }))

interface Limits {
  requestBurst?: number
  concurrentStreams?: number
  messagesPerDay?: number
  tokensPerDay?: bigint
  models?: string[]
}
let tiers = 0

/** A member with a key, whose tier has these limits on both replicas. */
async function memberOf(limits: Limits) {
  const tier = `trial-${String.fromCodePoint(97 + tiers++)}`
  const whole = {
    requestsPerMinute: 1,
    requestBurst: 10_000,
    concurrentStreams: 1_000,
    messagesPerDay: null,
    tokensPerDay: null,
    models: null,
    uploadBytes: 1_000_000n,
    chatIdleDays: null,
    priority: 5,
    monthlyBudgetPicoUsd: null,
    ...limits,
  }
  await admin
    .insertInto('tiers')
    .values({ name: tier, position: 100 + tiers, ...whole })
    .execute()
  for (const { limits: ours } of [one, two]) {
    await ours.tiers.load()
    expect(ours.tiers.of(tier)).toMatchObject({ name: tier })
  }
  const member = await memberWithKey(one)
  const { user } = await member.browser.json<{ user: { id: string } }>('/api/v1/me')
  await admin.updateTable('users').set({ tier }).where('id', '=', user.id).execute()
  await one.limits.standings.announce(user.id)
  for (const { limits: ours } of [one, two])
    await eventually(async () =>
      expect(await ours.standings.of({ userId: user.id, kind: 'member' })).toMatchObject({ tier }),
    )
  return { ...member, userId: user.id }
}

const chat = { model: 'openai/gpt-4.1', messages: [{ role: 'user', content: 'What is a lamp?' }] }

function call(
  replica: { url: string },
  secret: string,
  body: unknown = chat,
  { path = '/v1/chat/completions', signal }: { path?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  return fetch(`${replica.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal && { signal }),
  })
}

async function errorOf(response: Response): Promise<Record<string, unknown>> {
  return ((await response.json()) as { error: Record<string, unknown> }).error
}

/** A call that is being answered, slowly. */
async function begin(replica: { url: string }, secret: string) {
  simulator.setPace({ tokensPerSecond: 20 })
  const abort = new AbortController()
  const messages = [{ role: 'user', content: 'Go on and on [tokens:900]' }]
  const body = { ...chat, messages, stream: true }
  const response = await call(replica, secret, body, { signal: abort.signal })
  expect(response.status).toBe(200)
  return abort
}

const reservedOf = async (userId: string): Promise<bigint[]> =>
  (
    await admin
      .selectFrom('budgets')
      .select('reservedPicoUsd')
      .where('userId', '=', userId)
      .execute()
  ).map(({ reservedPicoUsd }) => reservedPicoUsd)

test('page and key share the messages of a day, on every replica', async () => {
  const { browser, secret } = await memberOf({ messagesPerDay: 3 })
  await browser.turn('/api/v1/turns', { text: 'By the page' })
  const answered = await call(two, secret)
  expect(answered.status).toBe(200)
  expect(answered.headers.get('ratelimit-policy')).toMatch('"messages";q=3')
  expect(answered.headers.get('ratelimit-remaining')).toBe('1')
  const body = { model: 'openai/text-embedding-3-small', input: 'A lamp' }
  expect((await call(one, secret, body, { path: '/v1/embeddings' })).status).toBe(200)
  expect((await browser.post('/api/v1/turns', { text: 'One more' })).status).toBe(429)
  for (const replica of [one, two]) {
    const refused = await call(replica, secret)
    expect(refused.status).toBe(429)
    expect(await errorOf(refused)).toMatchObject({
      code: 'rate_limit_exceeded',
      type: 'rate_limit_error',
      message:
        'You have sent the 3 messages of today. There are new ones at midnight UTC. Settings → Limits shows all of them.',
    })
    expect(refused.headers.get('ratelimit-remaining')).toBe('0')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  }
})

test('what was not answered is not counted as a message', async () => {
  const { secret } = await memberOf({ messagesPerDay: 1 })
  expect((await call(one, secret, '{{{')).status).toBe(400)
  expect((await call(one, secret, { ...chat, model: 'nobody/knows' })).status).toBe(404)
  expect((await call(two, secret)).status).toBe(200)
  expect((await call(one, secret)).status).toBe(429)
})

test('page and key share the tokens of a day', async () => {
  const { browser, secret } = await memberOf({ tokensPerDay: 1n })
  expect((await call(one, secret)).status).toBe(200)
  const refused = await call(one, secret)
  expect(refused.status).toBe(429)
  expect(refused.headers.get('x-should-retry')).toBe('false')
  expect(await errorOf(refused)).toMatchObject({
    message: expect.stringMatching(/tokens of today/),
  })
  expect((await browser.post('/api/v1/turns', { text: 'By the page' })).status).toBe(429)
})

test('page and key share the rate of requests, which is asked before a body is read', async () => {
  const { browser, secret } = await memberOf({ requestBurst: 3 })
  const list = (replica: { url: string }): Promise<Response> =>
    fetch(`${replica.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })
  for (let sent = 0; sent < 3 && (await list(two)).status === 200; sent++);
  const refused = await list(one)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(refused.headers.get('ratelimit-policy')).toMatch('"requests";q=3')
  expect((await call(one, secret, '{{{')).status).toBe(429)
  expect((await browser.get('/api/v1/models')).status).toBe(429)
})

test('page and key share the answers at once; one that is aborted gives back its place and its money', async () => {
  const { browser, secret, userId } = await memberOf({ concurrentStreams: 1 })
  const running = await begin(one, secret)
  const refused = await call(two, secret)
  expect(await errorOf(refused)).toMatchObject({
    code: 'rate_limit_exceeded',
    message: expect.stringMatching(/^One answer is written at a time/),
  })
  expect((await browser.post('/api/v1/turns', { text: 'By the page' })).status).toBe(429)
  const reserved = await reservedOf(userId)
  expect(reserved).toHaveLength(2)
  expect(reserved[0]).toBeGreaterThan(0n)
  expect(reserved[1]).toBe(reserved[0])
  running.abort()
  simulator.setPace({ tokensPerSecond: 0 })
  await eventually(async () => expect((await call(two, secret)).status).toBe(200))
  await eventually(async () => expect(await reservedOf(userId)).toEqual([0n, 0n]))
})

test('an answer that fails gives back its place and its money', async () => {
  const { secret, userId } = await memberOf({ concurrentStreams: 1 })
  simulator.setFault({ fault: 'context-length', times: 1 })
  expect((await call(one, secret)).status).toBe(400)
  expect(await reservedOf(userId)).toEqual([0n, 0n])
  expect((await call(two, secret)).status).toBe(200)
})

test('a key reaches no model that its user’s tier does not have', async () => {
  const { secret } = await memberOf({ models: ['openai/gpt-4.1'] })
  expect((await call(one, secret)).status).toBe(200)
  const refused = await call(one, secret, { ...chat, model: 'auto' })
  expect(refused.status).toBe(404)
  expect(await errorOf(refused)).toMatchObject({ code: 'model_not_found', param: 'model' })
  const listed = await fetch(`${two.url}/v1/models`, {
    headers: { authorization: `Bearer ${secret}` },
  })
  expect(((await listed.json()) as { data: { id: string }[] }).data).toMatchObject([
    { id: 'openai/gpt-4.1' },
  ])
})

test('a process that has too much to do says so in OpenAI’s shape', async () => {
  const { secret } = await memberOf({})
  const busy = await installation.startReplica({
    pressure: { current: { level: 1, isFull: true } },
  })
  const refused = await call(busy, secret)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('3')
  expect(await errorOf(refused)).toMatchObject({ code: 'overloaded', type: 'server_error' })
})

async function limitUser(userId: string, limitPicoUsd: bigint): Promise<void> {
  await db
    .transaction()
    .execute((transaction) => setUserBudget(transaction, { userId, limitPicoUsd }))
}

async function limitInstallation(limitPicoUsd: bigint | null): Promise<void> {
  await db
    .transaction()
    .execute((transaction) => setInstallationBudget(transaction, { limitPicoUsd }))
}

test('what a key may spend a month holds for the key alone', async () => {
  const { browser } = await memberOf({})
  const { secret } = await makeKey(browser, { monthlyBudgetPicoUsd: '1' })
  const other = await makeKey(browser)
  expect((await call(one, secret)).status).toBe(200)
  const asked = simulator.attempts().length
  const embedding = { model: 'openai/text-embedding-3-small', input: 'A lamp' }
  for (const refused of [
    await call(two, secret),
    await call(one, secret, embedding, { path: '/v1/embeddings' }),
  ]) {
    expect(refused.status).toBe(402)
    expect(refused.headers.get('x-should-retry')).toBe('false')
    expect(await errorOf(refused)).toMatchObject({
      code: 'insufficient_quota',
      problem: 'budget-exhausted',
      type: 'insufficient_quota',
      message: expect.stringMatching(/^The budget of this key .* is spent\. It renews on /),
    })
  }
  expect(simulator.attempts()).toHaveLength(asked)
  expect((await call(two, other.secret)).status).toBe(200)
  const frames = await browser.turn('/api/v1/turns', { text: 'By the page' })
  expect(frames.at(-1)!.frame).toMatchObject({ type: 'turn-end' })
})

test('a key that follows another goes on with its budget, and the one that it follows spends from it too', async () => {
  const { browser, userId } = await memberOf({})
  const first = await makeKey(browser, { monthlyBudgetPicoUsd: '1' })
  expect((await call(one, first.secret)).status).toBe(200)
  const rotate = async ({ key }: NewApiKey, overlapDays: number): Promise<NewApiKey> => {
    const rotated = await browser.post(`/api/v1/api-keys/${key.id}/rotate`, { overlapDays })
    expect(rotated.status).toBe(201)
    return (await rotated.json()) as NewApiKey
  }
  const second = await rotate(first, 1)
  const third = await rotate(second, 1)
  for (const { secret } of [first, second, third]) {
    expect(await errorOf(await call(two, secret))).toMatchObject({ problem: 'budget-exhausted' })
  }

  const change = { method: 'PATCH', json: { monthlyBudgetPicoUsd: '1000000000000000' } }
  const changed = await browser.fetch(`/api/v1/api-keys/${third.key.id}`, change)
  expect(changed.status).toBe(200)
  for (const { secret } of [first, second, third]) {
    expect((await call(two, secret)).status).toBe(200)
  }
  const budgets = await admin
    .selectFrom('budgets')
    .select(['subject', 'spentPicoUsd', 'reservedPicoUsd'])
    .where('userId', '=', userId)
    .where('scope', '=', 'api-key')
    .execute()
  const { ledger } = await admin
    .selectFrom('attempts')
    .select(sql<bigint>`sum(cost_pico_usd)::bigint`.as('ledger'))
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow()
  expect(budgets).toEqual([{ subject: first.key.id, spentPicoUsd: ledger, reservedPicoUsd: 0n }])
})

test('what a user may spend holds for page and key together, and what all may spend for all', async () => {
  const { browser, secret, userId } = await memberOf({})
  await limitUser(userId, 1n)
  expect((await call(one, secret)).status).toBe(200)
  expect(await errorOf(await call(two, secret))).toMatchObject({
    problem: 'budget-exhausted',
    status: 402,
    message: expect.stringMatching(/^Your budget for this month is spent\. /),
  })
  const page = await browser.post('/api/v1/turns', { text: 'By the page' })
  expect((await page.json()) as Problem).toMatchObject({ code: 'budget-exhausted' })

  await limitUser(userId, 10n ** 15n)
  await limitInstallation(0n)
  expect(await errorOf(await call(two, secret))).toMatchObject({
    status: 402,
    message: expect.stringMatching(/^What all users together may spend this month is spent\. /),
  })
  await limitInstallation(null)
  expect((await call(two, secret)).status).toBe(200)
})

test('a hundred calls at once on two replicas overspend a budget by one reservation at most', async () => {
  const { secret, userId } = await memberOf({})
  const first = await begin(one, secret)
  const [reservation] = await reservedOf(userId)
  const limit = 10n * reservation!
  await limitUser(userId, limit)
  const aborts = Array.from({ length: 100 }, () => new AbortController())
  const messages = [{ role: 'user', content: 'Go on and on [tokens:900]' }]
  const responses = await Promise.all(
    aborts.map(({ signal }, index) =>
      call([one, two][index % 2]!, secret, { ...chat, messages, stream: true }, { signal }),
    ),
  )
  const refused = responses.filter(({ status }) => status !== 200)
  expect(responses.length - refused.length).toBeGreaterThanOrEqual(9)
  expect(responses.length - refused.length).toBeLessThanOrEqual(10)
  for (const response of refused) {
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await errorOf(response)).toMatchObject({ code: 'budget-reserved', status: 429 })
  }
  for (const abort of [first, ...aborts]) abort.abort()
  await eventually(async () => expect(await reservedOf(userId)).toEqual([0n, 0n]))
})

test('after all of this what is spent is the sum of the ledger, by user and by key, and nothing is reserved', async () => {
  await eventually(async () => {
    const { rows } = await sql<Record<string, string>>`
      select
        (select sum(cost_pico_usd) from attempts) as ledger,
        (select sum(spent_pico_usd) from installation_spending) as spent,
        (select sum(spent_pico_usd) from budgets where scope = 'user') as users,
        (select sum(cost_pico_usd) from attempts where api_key_id is not null) as by_keys,
        (select sum(spent_pico_usd) from budgets where scope = 'api-key') as keys,
        (select sum(reserved_pico_usd) from installation_spending) as reserved,
        (select sum(reserved_pico_usd) from budgets) as held
    `.execute(admin)
    const { ledger, byKeys } = rows[0]!
    expect(Number(byKeys)).toBeGreaterThan(0)
    expect(rows).toEqual([
      { ledger, spent: ledger, users: ledger, byKeys, keys: byKeys, reserved: '0', held: '0' },
    ])
  })
})
