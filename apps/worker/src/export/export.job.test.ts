import { MessagePart } from '@brainlyx/chat-contract'
import {
  createApiKey,
  createDataRequest,
  findDataRequest,
  listAttempts,
  lowerStanding,
  mergeGuest,
  newId,
  noteApiKeyUse,
  promoteGuest,
  renameChat,
  timestampOf,
} from '@brainlyx/db'
import { arrangeEnd, arrangeGuest, arrangeTurn } from '@brainlyx/db/testing'
import { sql } from 'kysely'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { Worker } from 'node:worker_threads'
import { afterAll, expect, test } from 'vitest'
import { fromBufferPromise, openPromise } from 'yauzl'
import { createArena } from '../../test/running-worker.ts'
import { createHousekeepingJob } from '../jobs/housekeeping.job.ts'
import { createExportJob } from './export.job.ts'

const arena = await createArena()
const { db, admin, storage, directory } = arena
afterAll(() => arena.close())

const stopping = new AbortController().signal
const job = createExportJob({ ...arena, now: () => new Date(), stopping })
const LOWERED = Date.UTC(2026, 10, 1)
const NAME = { title: 'Über Käse / and ../more', titleSource: 'user' } as const

test('everything of a user is in the file: every branch, as JSON lines and to read, and what it cost', async () => {
  const { user, chatId, turns } = await arrangeChat()
  const now = new Date(LOWERED)
  await lowerStanding(db, { userId: user.id, reason: 'too-many-requests', now })
  const requestId = await ask(user.id)
  await run(requestId)
  const request = await findDataRequest(db, { userId: user.id, requestId })
  expect(request).toMatchObject({ state: 'completed', done: 1, total: 1, problem: null })
  const files = await filesOf(request!.file!)

  const day = timestampOf(chatId).toISOString().slice(0, 10)
  const readable = `markdown/${day}-uber-kase-and-more-${chatId.slice(-12)}.md`
  expect([...files.keys()]).toEqual([
    `chats/${chatId}.jsonl`,
    readable,
    'usage.jsonl',
    'usage-days.jsonl',
    'manifest.json',
  ])
  expect(JSON.parse(files.get('manifest.json')!)).toMatchObject({
    format: 'brainlyx-export',
    version: 1,
    user: {
      kind: 'guest',
      email: null,
      tier: 'guest',
      standing: {
        percent: 50,
        reason: 'too-many-requests',
        changedAt: new Date(LOWERED).toISOString(),
      },
    },
    chats: 1,
  })
  const [chat, ...messages] = linesOf(files.get(`chats/${chatId}.jsonl`)!)
  expect(chat).toMatchObject({ type: 'chat', id: chatId, ...NAME })
  const stored = await admin.selectFrom('chatHistory').selectAll().orderBy('id').execute()
  expect(messages.map(({ id }) => id)).toEqual(stored.map(({ id }) => id))
  for (const message of messages) {
    expect(() => MessagePart.array().parse(message['parts'])).not.toThrow()
  }
  const markdown = files.get(readable)!
  expect(markdown).toContain('# Über Käse / and ../more')
  for (const word of ['hello', 'another way', 'yes']) expect(markdown).toContain(word)
  expect(markdown).toContain('*Another version, after the beginning.*')
  const usage = linesOf(files.get('usage.jsonl')!)
  expect(usage).toHaveLength((await listAttempts(db, turns[0]!)).length)
  expect(usage[0]).toMatchObject({ costPicoUsd: '12345678901234567', errorCode: null })
  const days = linesOf(files.get('usage-days.jsonl')!)
  expect(days).toEqual([
    {
      day: timestampOf(String(usage[0]!['id'])).toISOString().slice(0, 10),
      model: 'm',
      calls: 1,
      inputTokens: 0,
      outputTokens: 0,
      costPicoUsd: '12345678901234567',
    },
  ])
  expect(JSON.stringify([usage, days])).not.toContain(user.id)
})

test('API keys are told by what they may, and not by what they are checked by', async () => {
  const { user } = await arrangeChat()
  await promoteGuest(db, { userId: user.id, email: `${user.id}@example.com` })
  const secretHash = randomBytes(32)
  const key = { userId: user.id, name: 'A program', prefix: 'bx-01234567', secretHash }
  const scopes = { models: ['auto'], monthlyBudgetPicoUsd: 7n, expiresAt: null }
  const made = await db
    .transaction()
    .execute((transaction) => createApiKey(transaction, { ...key, ...scopes }, 10))
  await noteApiKeyUse(db, { userId: user.id, keyId: made!.id, address: 'a-pseudonym' })
  const requestId = await ask(user.id)
  await run(requestId)
  const { file } = (await findDataRequest(db, { userId: user.id, requestId }))!
  const text = (await filesOf(file!)).get('api-keys.jsonl')!
  expect(linesOf(text)).toEqual([
    {
      id: made!.id,
      name: 'A program',
      prefix: 'bx-01234567',
      models: ['auto'],
      monthlyBudgetPicoUsd: '7',
      createdAt: made!.createdAt.toISOString(),
      expiresAt: null,
      lastUsedAt: expect.any(String),
      revokedAt: null,
      replacedBy: null,
    },
  ])
  expect(text).not.toContain(secretHash.toString('hex').slice(0, 20))
})

test('run twice, also at once, there is one file', async () => {
  const { user } = await arrangeChat()
  const requestId = await ask(user.id)
  await Promise.all([run(requestId), run(requestId)])
  await run(requestId)
  expect(await readdir(join(directory, 'exports', requestId))).toHaveLength(1)
})

test('one whose request was deleted leaves no file', async () => {
  const { user } = await arrangeChat()
  const requestId = await ask(user.id)
  const interrupted = createExportJob({
    ...arena,
    stopping,
    now: () => new Date(),
    storage: {
      ...storage,
      async putFile(key, path) {
        await storage.putFile(key, path)
        await admin.deleteFrom('dataRequests').where('id', '=', requestId).execute()
      },
    },
  })
  await interrupted({ payload: { requestId }, jobId: 'job', attempt: 1, isLastAttempt: false })
  expect(await readdir(join(directory, 'exports', requestId))).toEqual([])
})

test('a guest who signs in meanwhile gets everything in the end', async () => {
  const { user } = await arrangeChat()
  const member = await arrangeGuest(db)
  const requestId = await ask(user.id)
  const merge = { guestId: user.id, userId: member.id }
  const interrupted = createExportJob({
    ...arena,
    stopping,
    now: () => new Date(),
    storage: {
      ...storage,
      async putFile(key, path) {
        await db.transaction().execute((transaction) => mergeGuest(transaction, merge))
        await storage.putFile(key, path)
      },
    },
  })
  await expect(
    interrupted({ payload: { requestId }, jobId: 'job', attempt: 1, isLastAttempt: false }),
  ).rejects.toThrow(/another user/)
  await run(requestId)
  expect(await findDataRequest(db, { userId: member.id, requestId })).toMatchObject({
    state: 'completed',
    done: 1,
  })
})

test('one that fails for good says so', async () => {
  const { user } = await arrangeChat()
  const requestId = await ask(user.id)
  const failing = createExportJob({
    ...arena,
    stopping,
    now: () => new Date(),
    storage: { ...storage, putFile: () => Promise.reject(new Error('the disk is full')) },
  })
  const attempt = (isLastAttempt: boolean) =>
    failing({ payload: { requestId }, jobId: 'job', attempt: 1, isLastAttempt })
  await expect(attempt(false)).rejects.toThrow(/disk is full/)
  expect(await findDataRequest(db, { userId: user.id, requestId })).toMatchObject({
    state: 'running',
  })
  await expect(attempt(true)).rejects.toThrow(/disk is full/)
  expect(await findDataRequest(db, { userId: user.id, requestId })).toMatchObject({
    state: 'failed',
    problem: 'export-failed',
  })
})

test('housekeeping forgets exports whose time is over, and files that nobody knows', async () => {
  const { user } = await arrangeChat()
  const requestId = await ask(user.id)
  await run(requestId)
  const housekeeping = createHousekeepingJob(arena)
  const keep = { payload: {}, jobId: 'job', attempt: 1, isLastAttempt: true }
  const stray = `exports/${newId()}/stray.zip`
  const { file } = (await findDataRequest(db, { userId: user.id, requestId }))!
  const old: typeof storage = {
    ...storage,
    async *list(folder) {
      for await (const each of storage.list(folder)) yield { ...each, ageMs: 2 * 60 * 60 * 1000 }
    },
  }
  await storage.putFile(stray, new URL(import.meta.url).pathname)
  await housekeeping(keep)
  expect(await storage.open(stray).then((stream) => stream?.destroy())).toBeDefined()
  await createHousekeepingJob({ ...arena, storage: old })(keep)
  expect(await storage.open(stray)).toBeUndefined()
  expect(await storage.open(file!).then((stream) => stream?.destroy())).toBeDefined()
  await sql`update data_requests set expires_at = now() where id = ${requestId}`.execute(admin)
  await housekeeping(keep)
  expect(await storage.open(file!)).toBeUndefined()
  expect(await findDataRequest(db, { userId: user.id, requestId })).toBeUndefined()
})

test('what is in memory does not depend on how long a chat is', async () => {
  const user = await arrangeGuest(db)
  const { chatId } = await arrangeTurn(db, { userId: user.id, owner: 'process-a' })
  // 26 MB of text, and it is in the file twice.
  await fillChat(user.id, chatId, 20_000)
  const path = join(directory, 'long.zip')
  const thread = new Worker(new URL('../../test/export-thread.ts', import.meta.url), {
    workerData: { databaseUrl: arena.database.url, userId: user.id, path },
    resourceLimits: { maxOldGenerationSizeMb: 32 },
  })
  // Emits an error where that is not enough.
  expect(await once(thread, 'exit')).toEqual([0])
  const zip = await openPromise(path)
  expect(zip.entryCount).toBe(4)
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.startsWith('chats/')) expect(entry.uncompressedSize).toBeGreaterThan(26e6)
  }
}, 60_000)

/** A chat with a question in two versions, each answered, and a call in the ledger. */
async function arrangeChat() {
  const user = await arrangeGuest(db)
  const first = await arrangeTurn(db, { userId: user.id, owner: 'process-a' })
  await arrangeEnd(db, first)
  const second = await arrangeTurn(db, {
    userId: user.id,
    owner: 'process-a',
    chatId: first.chatId,
    parentId: null,
    parts: [{ type: 'text', text: 'another way' }],
  })
  await arrangeEnd(db, second)
  const id = newId()
  await sql`
    insert into attempts
      (id, created_at, user_id, turn_id, epoch, deployment, provider, model, state, cost_pico_usd, settled_at)
    values
      (${id}, uuid_v7_time(${id}), ${user.id}, ${first.turnId}, 1, 'd', 'p', 'm', 'completed',
       12345678901234567, now())
  `.execute(admin)
  await renameChat(db, { userId: user.id, chatId: first.chatId, title: NAME.title })
  return { user, chatId: first.chatId, turns: [first, second] }
}

/** With reasoning, which is not made searchable: that would take longer than all else here. */
async function fillChat(userId: string, chatId: string, messages: number): Promise<void> {
  const ids = Array.from({ length: messages }, () => newId())
  await sql`
    insert into chat_history (id, created_at, user_id, session_id, turn_id, role, parts)
    select id, uuid_v7_time(id), ${userId}::uuid, ${chatId}::uuid, ${chatId}::uuid, 'user',
      jsonb_build_array(jsonb_build_object('type', 'reasoning', 'text', repeat(md5(id::text), 40)))
    from unnest(${ids}::uuid[]) as id
  `.execute(admin)
}

async function ask(userId: string): Promise<string> {
  const request = await db
    .transaction()
    .execute((transaction) => createDataRequest(transaction, { userId, kind: 'export' }))
  return request!.id
}

function run(requestId: string): Promise<void> {
  return job({ payload: { requestId }, jobId: 'job', attempt: 1, isLastAttempt: false })
}

async function filesOf(key: string): Promise<Map<string, string>> {
  const content = await buffer((await storage.open(key))!)
  const zip = await fromBufferPromise(content, { lazyEntries: true })
  const files = new Map<string, string>()
  for await (const entry of zip.eachEntry()) {
    files.set(entry.fileName, await text(await zip.openReadStreamPromise(entry)))
  }
  return files
}

function linesOf(content: string): Record<string, unknown>[] {
  return content
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
