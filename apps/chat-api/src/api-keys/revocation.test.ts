import type { ApiKey, ApiKeyList, NewApiKey } from '@brainlyx/chat-contract'
import { asUser } from '@brainlyx/db'
import { eventually } from '@brainlyx/testkit'
import { sql } from 'kysely'
import { afterAll, afterEach, expect, test } from 'vitest'
import { makeKey, memberWithKey, sdk } from '../../test/api-key.ts'
import { arrangeInstallation, signUp } from '../../test/installation.ts'

const installation = await arrangeInstallation()
const { admin, db, simulator } = installation
afterAll(() => installation.close())
afterEach(() => simulator.setPace({ tokensPerSecond: 0, timeToFirstTokenMs: 0 }))
const one = await installation.startReplica()
const other = await installation.startReplica()
/** Hears of no change but by looking for itself. */
const withoutRedis = await installation.startReplica({ redisUrl: 'redis://127.0.0.1:1' })

type Replica = typeof one
const WITHIN = { timeoutMs: 5_000 }

const statusAt = async (replica: Replica, secret: string): Promise<number> => {
  const headers = { authorization: `Bearer ${secret}` }
  const response = await fetch(`${replica.url}/v1/models`, { headers })
  await response.text()
  return response.status
}

/** Opens an endless stream and reads its first piece. @returns how it ended */
async function openStream(replica: Replica, secret: string): Promise<{ end: Promise<unknown> }> {
  const stream = await sdk(replica, secret).chat.completions.create({
    model: 'openai/gpt-4.1',
    messages: [{ role: 'user', content: `Tell an endless story ${Math.random()}. [tokens:5000]` }],
    stream: true,
  })
  const begun = Promise.withResolvers<void>()
  const read = async (): Promise<unknown> => {
    try {
      for await (const _ of stream) begun.resolve()
      return 'complete'
    } catch (error) {
      return error
    }
  }
  const end = read()
  await begun.promise
  return { end }
}

const ends: [string, (made: NewApiKey & { userId: string }, browser: Owner) => Promise<unknown>][] =
  [
    [
      'revoked',
      ({ key }, browser) => browser.fetch(`/api/v1/api-keys/${key.id}`, { method: 'DELETE' }),
    ],
    [
      'rotated at once',
      ({ key }, browser) => browser.post(`/api/v1/api-keys/${key.id}/rotate`, { overlapDays: 0 }),
    ],
    [
      'its account banned',
      ({ userId }) =>
        asUser(db, userId)
          .updateTable('users')
          .set({ bannedAt: sql<Date>`now()` })
          .where('id', '=', userId)
          .execute(),
    ],
    [
      'its account banned by an administrator’s hand',
      ({ userId }) =>
        admin
          .updateTable('users')
          .set({ bannedAt: sql<Date>`now()` })
          .where('id', '=', userId)
          .execute(),
    ],
    [
      'its account deleted',
      (_made, browser) =>
        browser.post('/api/v1/account/deletion', {
          confirmation: 'delete my account',
          password: 'correct horse battery',
        }),
    ],
  ]
type Owner = ReturnType<Replica['browser']>

test.each(ends)(
  'a key that is %s counts no more within seconds on every replica, and its streams are cut',
  async (_how, end) => {
    simulator.setPace({ tokensPerSecond: 20, timeToFirstTokenMs: 0 })
    const made = await memberWithKey(one)
    const { userId } = await admin
      .selectFrom('apiKeys')
      .select('userId')
      .where('id', '=', made.key.id)
      .executeTakeFirstOrThrow()
    const replicas = [one, other, withoutRedis]
    const streams = await Promise.all(replicas.map((each) => openStream(each, made.secret)))
    for (const replica of replicas) expect(await statusAt(replica, made.secret)).toBe(200)

    await end({ ...made, userId }, made.browser)
    for (const replica of replicas) {
      await eventually(async () => expect(await statusAt(replica, made.secret)).toBe(401), WITHIN)
    }
    for (const stream of streams) {
      const error = await Promise.race([stream.end, within(5_000)])
      expect(error).toMatchObject({ code: 'invalid_api_key' })
    }
    await eventually(() =>
      expect(simulator.attempts().filter(({ endedBy }) => endedBy === null)).toEqual([]),
    )
  },
)

test('a key that expires is cut too', async () => {
  simulator.setPace({ tokensPerSecond: 20, timeToFirstTokenMs: 0 })
  const made = await memberWithKey(one)
  const stream = await openStream(other, made.secret)
  await admin
    .updateTable('apiKeys')
    .set({ expiresAt: sql<Date>`now()`, changedAt: sql<Date>`now()` })
    .where('id', '=', made.key.id)
    .execute()
  expect(await Promise.race([stream.end, within(5_000)])).toMatchObject({ code: 'invalid_api_key' })
  expect(await statusAt(other, made.secret)).toBe(401)
})

test('with an overlap both keys count, and the former one’s streams go on', async () => {
  const { key, secret, browser } = await memberWithKey(one, { models: ['auto', 'openai/gpt-4.1'] })
  simulator.setPace({ tokensPerSecond: 20, timeToFirstTokenMs: 0 })
  const stream = await openStream(one, secret)
  const response = await browser.post(`/api/v1/api-keys/${key.id}/rotate`, { overlapDays: 2 })
  expect(response.status).toBe(201)
  const next = (await response.json()) as NewApiKey
  expect(next.key).toMatchObject({ name: key.name, models: key.models, state: 'active' })
  for (const replica of [one, other]) {
    expect(await statusAt(replica, secret)).toBe(200)
    expect(await statusAt(replica, next.secret)).toBe(200)
  }
  const { keys } = await browser.json<ApiKeyList>('/api/v1/api-keys')
  expect(keys.map(({ id, state }) => [id, state])).toEqual([
    [next.key.id, 'active'],
    [key.id, 'replaced'],
  ])
  const days = (Date.parse(keys[1]!.expiresAt!) - Date.now()) / 86_400_000
  expect(days).toBeGreaterThan(1.9)
  expect(days).toBeLessThanOrEqual(2)
  // One that was replaced is not replaced again.
  expect((await browser.post(`/api/v1/api-keys/${key.id}/rotate`, { overlapDays: 1 })).status).toBe(
    404,
  )
  await browser.fetch(`/api/v1/api-keys/${key.id}`, { method: 'DELETE' })
  await stream.end
})

test('a key that is narrowed is so everywhere, and what was begun goes on', async () => {
  const { key, secret, browser } = await memberWithKey(one)
  const models = async (replica: Replica): Promise<string[]> => {
    const { data } = await sdk(replica, secret).models.list()
    return data.map(({ id }) => id)
  }
  expect((await models(other)).length).toBeGreaterThan(1)
  const response = await browser.fetch(`/api/v1/api-keys/${key.id}`, {
    method: 'PATCH',
    json: { name: 'Narrow', models: ['fast'], monthlyBudgetPicoUsd: '5000000000000' },
  })
  expect((await response.json()) as ApiKey).toMatchObject({
    name: 'Narrow',
    models: ['fast'],
    monthlyBudgetPicoUsd: '5000000000000',
    state: 'active',
  })
  for (const replica of [one, other, withoutRedis]) {
    await eventually(async () => expect(await models(replica)).toEqual(['fast']), WITHIN)
  }
})

test('another member’s key is not there, to see, change, rotate or revoke', async () => {
  const mine = await memberWithKey(one)
  const stranger = one.browser()
  await signUp(stranger)
  expect(await stranger.json('/api/v1/api-keys')).toEqual({ keys: [] })
  const path = `/api/v1/api-keys/${mine.key.id}`
  for (const response of [
    await stranger.fetch(path, { method: 'PATCH', json: { name: 'Taken' } }),
    await stranger.post(`${path}/rotate`, { overlapDays: 0 }),
    await stranger.fetch(path, { method: 'DELETE' }),
  ]) {
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'api-key-not-found' })
  }
  expect(await statusAt(one, mine.secret)).toBe(200)
  const { keys } = await mine.browser.json<ApiKeyList>('/api/v1/api-keys')
  expect(keys).toMatchObject([{ name: 'A program', state: 'active' }])
})

test('fifty keys may count at once, however they are asked for', async () => {
  const browser = one.browser()
  await signUp(browser)
  const statuses = await Promise.all(
    Array.from({ length: 56 }, async (_, index) => {
      const response = await browser.post('/api/v1/api-keys', { name: `Key ${index}` })
      await response.text()
      return response.status
    }),
  )
  expect(statuses.filter((status) => status === 201)).toHaveLength(50)
  expect(statuses.filter((status) => status === 409)).toHaveLength(6)
  const { keys } = await browser.json<ApiKeyList>('/api/v1/api-keys')
  await browser.fetch(`/api/v1/api-keys/${keys[0]!.id}`, { method: 'DELETE' })
  await makeKey(browser)
})

test('the audit log tells what was done to a key, by pseudonyms', async () => {
  const { key, browser } = await memberWithKey(one)
  await browser.fetch(`/api/v1/api-keys/${key.id}`, { method: 'PATCH', json: { name: 'CANARY' } })
  await browser.post(`/api/v1/api-keys/${key.id}/rotate`, { overlapDays: 1 })
  await browser.fetch(`/api/v1/api-keys/${key.id}`, { method: 'DELETE' })
  const entries = (await admin.selectFrom('auditLog').selectAll().orderBy('id').execute()).filter(
    ({ details }) => details['prefix'] === key.prefix,
  )
  expect(entries.map(({ action }) => action)).toEqual([
    'api-key-creation',
    'api-key-change',
    'api-key-rotation',
    'api-key-revocation',
  ])
  expect(new Set(entries.map(({ actor }) => actor)).size).toBe(1)
  expect(JSON.stringify(entries)).not.toContain('CANARY')
})

function within(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, ms, 'still open').unref())
}
