import type { AccountDeletion, DataRequest, DataRequestList, Me } from '@brainlyx/chat-contract'
import { addToOutbox, announceAttempt, finishTurn, findTurn, newId, startTurn } from '@brainlyx/db'
import { NO_PRICE, newTurn } from '@brainlyx/db/testing'
import { eventually } from '@brainlyx/testkit'
import { sql } from 'kysely'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeKey, sdk } from '../../test/api-key.ts'
import type { Browser } from '../../test/browser.ts'
import { arrangeInstallation, guest } from '../../test/installation.ts'
import { startWorker } from '../../test/worker-process.ts'

const CANARY = 'canary-5f2c'
const AT_ONCE = { tokensPerSecond: 0, timeToFirstTokenMs: 0 }
const PASSWORD = `correct horse ${CANARY}`

const installation = await arrangeInstallation()
const { db, admin, redis, simulator } = installation
simulator.setPace(AT_ONCE)
const api = await installation.startReplica()
const other = await installation.startReplica()
const worker = await startWorker(installation.environment())
afterAll(async () => {
  await worker.stop()
  await installation.close()
})

test('an account goes with everything in it, and nothing comes back', async () => {
  const browser = api.browser()
  const email = `${CANARY}@example.com`
  await browser.post('/api/v1/sign-in/guest')
  await browser.turn('/api/v1/turns', { text: `As a guest: ${CANARY}` })
  const signedUp = await browser.post('/api/v1/sign-up', {
    email,
    password: PASSWORD,
    name: CANARY,
  })
  const userId = ((await signedUp.json()) as Me).user!.id
  const authIds = await authIdsOf(userId)
  const chatId = await chatWith(browser, `A question: ${CANARY}`)
  await browser.fetch(`/api/v1/chats/${chatId}`, {
    method: 'PATCH',
    json: { title: `About ${CANARY}` },
  })
  const made = await makeKey(browser, { name: `A program of ${CANARY}` })
  await sdk(api, made.secret).chat.completions.create({
    model: 'auto',
    messages: [{ role: 'user', content: `By a program: ${CANARY}` }],
  })
  await exported(browser)
  simulator.setPace({ tokensPerSecond: 60 })
  const running = await startEndlessTurn(browser, `Endless ${CANARY}`)
  await plantEverywhere({ userId, email, authIds, turnId: running.turnId })
  expect((await placesOf(CANARY)).length).toBeGreaterThan(10)

  const token = browser.cookies.get('test.access')!
  const readByBearer = (replica: { url: string }) =>
    fetch(`${replica.url}/api/v1/chats`, { headers: { authorization: `Bearer ${token}` } })
  expect((await readByBearer(other)).status).toBe(200)

  const refused = await browser.post('/api/v1/account/deletion', {
    confirmation: 'delete my account',
    password: 'something else',
  })
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
    403,
    'wrong-password',
  ])
  const response = await browser.post('/api/v1/account/deletion', {
    confirmation: 'delete my account',
    password: PASSWORD,
  })
  expect(response.status).toBe(202)
  const { progressPath } = (await response.json()) as AccountDeletion

  // At once: no cookie is left, no token and no key counts on any replica, and nobody signs in.
  await eventually(async () =>
    expect(await sdk(other, made.secret).models.list().catch(statusOf)).toBe(401),
  )
  expect([...browser.cookies.keys()]).toEqual([])
  expect((await readByBearer(api)).status).toBe(401)
  await eventually(async () => expect((await readByBearer(other)).status).toBe(401))
  const again = await api.browser().post('/api/v1/sign-in', { email, password: PASSWORD })
  expect(again.status).toBe(401)

  await eventually(
    async () => {
      const progress = await api.browser().json<AccountDeletion>(progressPath)
      expect(progress).toMatchObject({ state: 'completed', done: 3, total: 3 })
    },
    { timeoutMs: 20_000 },
  )
  await eventually(() =>
    expect(simulator.attempts().filter((attempt) => attempt.endedBy === null)).toEqual([]),
  )
  simulator.setPace(AT_ONCE)

  for (const trace of [CANARY, userId, email, chatId, made.key.id, ...authIds]) {
    expect(await placesOf(trace), trace).toEqual([])
  }

  // What arrives late: the end of a turn, a new one, a call to a provider.
  const late = { turnId: running.turnId, chatId: running.chatId, userId }
  const finished = await db.transaction().execute((transaction) =>
    finishTurn(transaction, {
      ...late,
      owner: running.owner,
      epoch: 1,
      state: 'completed',
      finish: 'stop',
      answer: { messageId: newId(), parts: [{ type: 'text', text: CANARY }], model: CANARY },
      nextOwner: null,
      priceOf: () => NO_PRICE,
    }),
  )
  expect(finished).toBeUndefined()
  await expect(startTurn(db, newTurn({ userId, owner: 'late' }))).rejects.toThrow(/user-not-found/)
  await announceAttempt(db, {
    ...late,
    attemptId: newId(),
    epoch: 1,
    deployment: CANARY,
    provider: CANARY,
    model: CANARY,
  })
  for (const trace of [CANARY, userId]) expect(await placesOf(trace), trace).toEqual([])

  const log = await auditOf('account-deletion')
  expect(log.map((entry) => entry.outcome)).toEqual(['requested', 'completed'])
  expect(log[1]!.subject).toBe(log[0]!.actor)

  // The address is free again, for somebody who finds nothing.
  const newcomer = api.browser()
  expect((await newcomer.post('/api/v1/sign-up', { email, password: PASSWORD })).status).toBe(201)
  expect(await newcomer.json('/api/v1/chats')).toEqual({
    chats: [],
    nextCursor: null,
    previousCursor: null,
  })
})

test('a guest’s account goes without a password, and only with the words', async () => {
  const browser = await guest(api)
  await browser.turn('/api/v1/turns', { text: 'Hello' })
  const wrong = await browser.post('/api/v1/account/deletion', { confirmation: 'yes' })
  expect(wrong.status).toBe(400)
  const response = await browser.post('/api/v1/account/deletion', {
    confirmation: 'delete my account',
  })
  const { progressPath } = (await response.json()) as AccountDeletion
  await eventually(async () =>
    expect((await api.browser().json<AccountDeletion>(progressPath)).state).toBe('completed'),
  )
  const forged = progressPath.replace(/signature=./, 'signature=_')
  expect((await api.browser().get(forged)).status).toBe(403)
})

test('a chat goes with its words; what it cost stays', async () => {
  const browser = await guest(api)
  const { userId } = await chatOwner(browser)
  const word = 'nightingale-1'
  const chatId = await chatWith(browser, `Sing: ${word}`)
  const kept = await chatWith(browser, 'And this stays')
  const before = await eventually(async () => {
    const ledger = await ledgerOf(userId)
    // Two answers and two titles.
    expect(ledger.filter(({ state }) => state === 'completed')).toHaveLength(4)
    return ledger
  })
  await admin
    .updateTable('attempts')
    .set({ rawFinish: word, error: JSON.stringify({ code: 'x', status: 500, message: word }) })
    .where('userId', '=', userId)
    .where('purpose', '=', 'turn')
    .execute()
  await browser.fetch(`/api/v1/chats/${kept}`, { method: 'PATCH', json: { title: 'Kept' } })
  const deleted = await browser.fetch(`/api/v1/chats/${chatId}`, { method: 'DELETE' })
  expect(deleted.status).toBe(204)
  expect(await ledgerOf(userId)).toEqual(before)
  // The other chat's own row of the ledger is left alone.
  expect(await placesOf(word)).toEqual(['public.attempts'])
  await browser.fetch(`/api/v1/chats/${kept}`, { method: 'DELETE' })
  expect(await placesOf(word)).toEqual([])
})

test('all chats go, with the exports that tell of them; one at a time; later chats stay', async () => {
  const browser = await guest(api)
  const word = 'nightingale-2'
  for (let count = 0; count < 3; count++) await chatWith(browser, `Sing: ${word}`)
  await exported(browser)
  const body = { confirmation: 'delete all my chats' }
  const response = await browser.post('/api/v1/chats/deletion', body)
  expect(response.status).toBe(202)
  const { id } = (await response.json()) as DataRequest
  await eventually(async () =>
    expect(await requestOf(browser, id)).toMatchObject({ state: 'completed', done: 3, total: 3 }),
  )
  expect(await placesOf(word)).toEqual([])
  expect(
    await readdir(join(installation.directory, 'exports'), { recursive: true }),
  ).not.toContainEqual(expect.stringMatching(/\.zip$/))
  await chatWith(browser, 'Later')
  const { chats } = await browser.json<{ chats: unknown[] }>('/api/v1/chats')
  expect(chats).toHaveLength(1)
})

test('what one asks for while another is under way is refused', async () => {
  const browser = await guest(api)
  const { userId } = await chatOwner(browser)
  const id = newId()
  await sql`
    insert into data_requests (id, user_id, kind, state, created_at)
    values (${id}, ${userId}, 'export', 'running', uuid_v7_time(${id}))
  `.execute(admin)
  const response = await browser.post('/api/v1/exports')
  expect(response.status).toBe(409)
  expect(await response.json()).toMatchObject({ code: 'data-request-under-way', retryable: true })
})

test('the audit log can be added to and read, not changed', async () => {
  for (const change of [
    sql`update audit_log set outcome = 'failed'`,
    sql`delete from audit_log`,
    sql`insert into audit_log (id, created_at, actor_kind, actor, action, outcome)
        values (${newId()}, now(), 'user', 'ada@example.com', 'export', 'requested')`,
  ]) {
    await expect(change.execute(db)).rejects.toThrow(/permission denied|violates check constraint/)
  }
})

/** Every table, Redis key and file that `text` is in, whoever may see it. */
async function placesOf(text: string): Promise<string[]> {
  const places: string[] = []
  const tables = await sql<{ schema: string; name: string }>`
    select n.nspname as schema, c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition
      and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
  `.execute(admin)
  expect(tables.rows.length).toBeGreaterThan(15)
  for (const { schema, name } of tables.rows) {
    const found = await sql`
      select from ${sql.raw(`"${schema}"."${name}"`)} as row
      where position(${text} in row::text) > 0 limit 1
    `.execute(admin)
    if (found.rows.length > 0) places.push(`${schema}.${name}`)
  }
  for (const key of await redis.keys('*')) {
    if (`${key} ${await valueOf(key)}`.includes(text)) places.push(`redis ${key}`)
  }
  for (const name of await readdir(installation.directory, { recursive: true })) {
    const content = await readFile(join(installation.directory, name), 'latin1').catch(() => '')
    // What is compressed is not seen; no file may be there that was made of it.
    if (`${name} ${content}`.includes(text)) places.push(`file ${name}`)
  }
  return places
}

async function valueOf(key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? ''
    case 'hash':
      return JSON.stringify(await redis.hgetall(key))
    case 'list':
      return JSON.stringify(await redis.lrange(key, 0, -1))
    case 'set':
      return JSON.stringify(await redis.smembers(key))
    case 'zset':
      return JSON.stringify(await redis.zrange(key, '0', '-1'))
    case 'stream':
      return JSON.stringify(await redis.xrange(key, '-', '+'))
    default:
      return ''
  }
}

/** Into the fields that no request of ours would fill with it. */
async function plantEverywhere(of: {
  userId: string
  email: string
  authIds: readonly string[]
  turnId: string
}): Promise<void> {
  const { userId, email, authIds, turnId } = of
  const authId = authIds[0]!
  await admin
    .updateTable('attempts')
    .set({ rawFinish: CANARY, error: JSON.stringify({ code: CANARY, status: 1, message: CANARY }) })
    .where('userId', '=', userId)
    .execute()
  await admin
    .updateTable('turns')
    .set({ problem: JSON.stringify({ title: CANARY }) })
    .where('userId', '=', userId)
    .execute()
  await sql`update auth."user" set image = ${CANARY} where id = ${authId}`.execute(db)
  await sql`
    update auth.session set "userAgent" = ${CANARY}, "ipAddress" = ${CANARY} where "userId" = ${authId}
  `.execute(db)
  await sql`
    update auth.account set scope = ${CANARY}, "idToken" = ${CANARY} where "userId" = ${authId}
  `.execute(db)
  await sql`
    insert into auth."twoFactor" ("id", "secret", "backupCodes", "userId")
    values (${newId()}, ${CANARY}, ${CANARY}, ${authId})
  `.execute(db)
  const inAnHour = new Date(Date.now() + 3_600_000)
  await admin
    .insertInto('mails')
    .values({ id: newId(), kind: 'reset', address: email, expiresAt: inAnHour })
    .execute()
  await admin
    .insertInto('mailbox')
    .values({ id: newId(), address: email, subject: CANARY, body: CANARY })
    .execute()
  await admin
    .insertInto('invitations')
    .values({ id: newId(), tokenHash: newId(), email, useLimit: 1, expiresAt: inAnHour })
    .execute()
  for (const identifier of [`reset-password:${CANARY}`, email]) {
    await sql`
      insert into auth.verification (id, identifier, value, "expiresAt", "createdAt", "updatedAt")
      values (${newId()}, ${identifier}, ${authId}, now(), now(), now())
    `.execute(db)
  }
  const payload = { userId, chatId: newId(), turnId, note: CANARY }
  await db.transaction().execute((transaction) =>
    addToOutbox(transaction, [
      { topic: 'chat-title', payload },
      { topic: 'no-such-job', payload },
    ]),
  )
}

async function authIdsOf(userId: string): Promise<string[]> {
  const rows = await admin
    .selectFrom('authIdentities')
    .select('authUserId')
    .where('userId', '=', userId)
    .execute()
  return rows.map((row) => row.authUserId)
}

async function chatWith(browser: Browser, text: string): Promise<string> {
  const frames = await browser.turn('/api/v1/turns', { text })
  return (frames[0]!.frame as { chatId: string }).chatId
}

async function chatOwner(browser: Browser): Promise<{ userId: string }> {
  return { userId: (await browser.json<Me>('/api/v1/me')).user!.id }
}

/** A turn that is still being answered; `owner` is the process that does. */
async function startEndlessTurn(browser: Browser, text: string) {
  const response = await browser.post(
    '/api/v1/turns',
    { text: `${text} [tokens:100000]` },
    {
      accept: 'application/json',
    },
  )
  const { turnId, chatId } = (await response.json()) as { turnId: string; chatId: string }
  const { userId } = await chatOwner(browser)
  await eventually(async () => expect(await redis.xlen(`turn:${turnId}`)).toBeGreaterThan(1))
  const turn = await findTurn(db, { userId, turnId })
  expect(turn?.state).toBe('running')
  return { turnId, chatId, owner: turn!.owner! }
}

async function requestOf(browser: Browser, id: string): Promise<DataRequest | undefined> {
  const { requests } = await browser.json<DataRequestList>('/api/v1/data-requests')
  return requests.find((request) => request.id === id)
}

async function exported(browser: Browser): Promise<DataRequest> {
  const response = await browser.post('/api/v1/exports')
  expect(response.status).toBe(202)
  const { id } = (await response.json()) as DataRequest
  return eventually(async () => {
    const request = await requestOf(browser, id)
    expect(request?.state).toBe('completed')
    return request!
  })
}

async function ledgerOf(userId: string) {
  return admin
    .selectFrom('attempts')
    .select(['id', 'model', 'inputTokens', 'outputTokens', 'costPicoUsd', 'state'])
    .where('userId', '=', userId)
    .orderBy('id')
    .execute()
}

async function auditOf(action: string) {
  return db.selectFrom('auditLog').selectAll().where('action', '=', action).orderBy('id').execute()
}

const statusOf = (error: unknown): unknown => (error as { status?: unknown }).status
