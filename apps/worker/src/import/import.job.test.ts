import {
  createDataRequest,
  derivedId,
  findDataRequest,
  listChats,
  listMessages,
  mergeGuest,
  newId,
  timestampOf,
} from '@brainlyx/db'
import { arrangeEnd, arrangeGuest, arrangeTurn } from '@brainlyx/db/testing'
import { createWriteStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { createArena } from '../../test/running-worker.ts'
import { writeExport } from '../export/write-export.ts'
import { createImportJob } from './import.job.ts'

const arena = await createArena()
const { db, admin, storage, directory } = arena
afterAll(() => arena.close())

const stopping = new AbortController().signal
const job = createImportJob({ ...arena, stopping })
const MANIFEST = JSON.stringify({ format: 'brainlyx-export', version: 1 })

test('an export is imported elsewhere with all its branches, once, however often it is sent', async () => {
  const { user, chatId } = await arrangeChat()
  const path = await exportOf(user.id)
  const other = await arrangeGuest(db)
  expect(await importFor(other.id, path)).toMatchObject({ state: 'completed', done: 1, total: 1 })
  const before = await allOf(other.id)
  expect(before.messages).toHaveLength(5)
  expect(shapeOf(before.messages)).toEqual(shapeOf((await allOf(user.id)).messages))
  const copy = derivedId(other.id, chatId)
  const shown = await listMessages(db, { userId: other.id, chatId: copy, limit: 10 })
  expect(shown.messages.map(({ parts }) => parts)).toEqual(
    (await listMessages(db, { userId: user.id, chatId, limit: 10 })).messages.map(
      ({ parts }) => parts,
    ),
  )
  expect(await importFor(other.id, path)).toMatchObject({ state: 'completed' })
  expect(await allOf(other.id)).toEqual(before)
  // And what an import made can be exported and imported again.
  expect(await importFor(other.id, await exportOf(other.id))).toMatchObject({ state: 'completed' })
  expect(await allOf(other.id)).toEqual(before)
})

test('who still has the chats keeps them as they are', async () => {
  const { user } = await arrangeChat()
  const before = await allOf(user.id)
  expect(await importFor(user.id, await exportOf(user.id))).toMatchObject({ state: 'completed' })
  expect(await allOf(user.id)).toEqual(before)
})

test('two jobs at once, and one that dies half-way, write each message once', async () => {
  const { user } = await arrangeChat()
  const other = await arrangeGuest(db)
  const requestId = await send(other.id, await exportOf(user.id))
  await Promise.allSettled([run(requestId), run(requestId)])
  await run(requestId)
  expect((await allOf(other.id)).messages).toHaveLength(5)
})

test('chats of years ago are back where they were', async () => {
  const user = await arrangeGuest(db)
  const time = Date.UTC(2021, 4, 5, 6, 7)
  const chatId = newId(time)
  const path = await zipOf({
    'manifest.json': MANIFEST,
    [`chats/${chatId}.jsonl`]: lines(chatOf(chatId), messageOf(newId(time + 1))),
  })
  expect(await importFor(user.id, path)).toMatchObject({ state: 'completed', done: 1 })
  const { chats, messages } = await allOf(user.id)
  expect(chats[0]!.createdAt).toEqual(new Date(time))
  expect(messages[0]!.createdAt).toEqual(new Date(time + 1))
})

const chatId = newId()
const file = `chats/${chatId}.jsonl`
const [one, two] = [newId(), newId()]
const chat = (change: object = {}) => ({ ...chatOf(chatId), ...change })
const bad: [string, string, RegExp, Record<string, string | Buffer>][] = [
  ['no manifest', 'not-an-export', /manifest\.json/, { [file]: lines(chat()) }],
  [
    'another version',
    'not-an-export',
    /^manifest\.json: version: must be 1/,
    { 'manifest.json': JSON.stringify({ format: 'brainlyx-export', version: 2 }) },
  ],
  ['no JSON', 'export-not-valid', /line 2: is not JSON/, { [file]: `${lines(chat())}{"type"\n` }],
  [
    'not UTF-8',
    'export-not-valid',
    /line 1: is not JSON in UTF-8/,
    { [file]: Buffer.from([0x22, 0xc3, 0x28, 0x22]) },
  ],
  ['an empty chat', 'export-not-valid', /is empty/, { [file]: '' }],
  [
    'a NUL',
    'export-not-valid',
    /line 2: has a character that text cannot have/,
    { [file]: lines(chat(), messageOf(one, { parts: [{ type: 'text', text: 'a\0b' }] })) },
  ],
  [
    'a wrong field',
    'export-not-valid',
    /line 2: parts\.0\.text: /,
    { [file]: lines(chat(), messageOf(one, { parts: [{ type: 'text', text: 7 }] })) },
  ],
  [
    'an id before our time',
    'export-not-valid',
    /line 2: id: was made before 2020/,
    { [file]: lines(chat(), messageOf(newId(Date.UTC(2019, 1)))) },
  ],
  [
    'an id of the future',
    'export-not-valid',
    /line 2: id: .*ahead of time/,
    { [file]: lines(chat(), messageOf(newId(Date.now() + 60 * 60 * 1000))) },
  ],
  [
    'a parent that is not there',
    'export-not-valid',
    /parentId .*is no message of this chat/,
    { [file]: lines(chat(), messageOf(one, { parentId: two })) },
  ],
  [
    'a circle',
    'export-not-valid',
    /leads back to itself/,
    { [file]: lines(chat(), messageOf(one, { parentId: two }), messageOf(two, { parentId: one })) },
  ],
  [
    'the same message twice',
    'export-not-valid',
    /line 3: id: is twice/,
    { [file]: lines(chat(), messageOf(one), messageOf(one)) },
  ],
  [
    'an end that is not there',
    'export-not-valid',
    /line 1: lastMessageId: /,
    { [file]: lines(chat({ lastMessageId: two }), messageOf(one)) },
  ],
  [
    'a line without end',
    'export-too-large',
    /line 1: is too long/,
    { [file]: 'x'.repeat(20_000_000) },
  ],
]
test.each(bad)('a file with %s is refused, says where, and leaves nothing', async (...given) => {
  const [, problem, detail, files] = given
  const user = await arrangeGuest(db)
  const good = newId()
  const path = await zipOf({
    ...(problem === 'not-an-export' ? {} : { 'manifest.json': MANIFEST }),
    [`chats/${good}.jsonl`]: lines(chatOf(good), messageOf(newId())),
    ...files,
  })
  const request = await importFor(user.id, path)
  expect(request).toMatchObject({ state: 'failed', problem, file: null })
  expect(request!.detail).toMatch(detail)
  expect(await allOf(user.id)).toEqual({ chats: [], messages: [] })
})

test('what is no ZIP file, or lies about itself, is refused', async () => {
  const user = await arrangeGuest(db)
  const path = await zipOf({ 'manifest.json': MANIFEST, [file]: 'x'.repeat(1_000) })
  const whole = await readFile(path)
  const names = (from: string, to: string): Buffer =>
    Buffer.from(whole.toString('latin1').replaceAll(from, to), 'latin1')
  const liar = Buffer.from(whole)
  // The size that the directory tells of the second file: four gigabytes, less one byte.
  liar.writeUInt32LE(0xfffffffe, whole.lastIndexOf(Buffer.from('PK\x01\x02')) + 24)
  for (const [what, content, problem] of [
    ['cut', whole.subarray(0, 300), 'not-an-export'],
    ['text', Buffer.from('hello'), 'not-an-export'],
    ['a way out', names('chats/', '../../'), 'not-an-export'],
    ['an absolute name', names('chats/', '/root/'), 'not-an-export'],
    ['a bomb by its own word', liar, 'export-too-large'],
  ] as const) {
    const requestId = await sendContent(user.id, content)
    await run(requestId)
    const request = await findDataRequest(db, { userId: user.id, requestId })
    expect([what, request?.problem]).toEqual([what, problem])
  }
  expect(await allOf(user.id)).toEqual({ chats: [], messages: [] })
})

test('a guest who signs in meanwhile has it in the account', async () => {
  const { user } = await arrangeChat()
  const guest = await arrangeGuest(db)
  const member = await arrangeGuest(db)
  const requestId = await send(guest.id, await exportOf(user.id))
  const interrupted = createImportJob({
    ...arena,
    stopping,
    storage: {
      ...storage,
      async open(key) {
        await db
          .transaction()
          .execute((transaction) =>
            mergeGuest(transaction, { guestId: guest.id, userId: member.id }),
          )
        return storage.open(key)
      },
    },
  })
  await expect(interrupted(jobOf(requestId))).rejects.toThrow(/another user/)
  await run(requestId)
  expect((await allOf(member.id)).messages).toHaveLength(5)
  expect((await allOf(guest.id)).messages).toEqual([])
})

test('nothing is written for an account that was closed', async () => {
  const { user } = await arrangeChat()
  const guest = await arrangeGuest(db)
  const requestId = await send(guest.id, await exportOf(user.id))
  await admin
    .updateTable('users')
    .set({ deletingAt: new Date() })
    .where('id', '=', guest.id)
    .execute()
  await expect(run(requestId)).rejects.toThrow()
  expect(await allOf(guest.id)).toEqual({ chats: [], messages: [] })
})

test('a derived id is a UUIDv7 of the same time, always the same, and another for others', () => {
  const id = newId()
  const copy = derivedId('a', id)
  expect(timestampOf(copy)).toEqual(timestampOf(id))
  expect(derivedId('a', id)).toBe(copy)
  expect(new Set([id, copy, derivedId('b', id)]).size).toBe(3)
})

/** A chat with a question in two versions, the first answered twice. */
async function arrangeChat() {
  const user = await arrangeGuest(db)
  const owner = 'process-a'
  const first = await arrangeTurn(db, { userId: user.id, owner })
  await arrangeEnd(db, first)
  const { chatId: own } = first
  const again = { userId: user.id, owner, chatId: own, answersAnew: true }
  await arrangeEnd(db, await arrangeTurn(db, { ...again, userMessageId: first.userMessageId }))
  const parts = [{ type: 'text' as const, text: 'another way' }]
  const edited = { userId: user.id, owner, chatId: own, parentId: null, parts }
  await arrangeEnd(db, await arrangeTurn(db, edited))
  return { user, chatId: own }
}

async function allOf(userId: string) {
  const { chats } = await listChats(db, { userId, limit: 100 })
  const messages = await admin
    .selectFrom('chatHistory')
    .selectAll()
    .where('userId', '=', userId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
  return { chats, messages }
}

/** What two trees have in common whose ids differ. */
function shapeOf(messages: Awaited<ReturnType<typeof allOf>>['messages']) {
  const times = new Map(messages.map(({ id, createdAt }) => [id, createdAt.getTime()]))
  return messages
    .map(({ createdAt, parentId, role, parts, model, finish }) => {
      const parent = parentId === null ? null : times.get(parentId)
      return JSON.stringify([createdAt, parent, role, parts, model, finish])
    })
    .toSorted()
}

let exports = 0
async function exportOf(userId: string): Promise<string> {
  const path = join(directory, `export-${++exports}.zip`)
  const onChat = (): Promise<void> => Promise.resolve()
  await writeExport({ db, userId, path, now: new Date(), onChat })
  return path
}

async function zipOf(files: Record<string, string | Buffer>): Promise<string> {
  const path = join(directory, `archive-${++exports}.zip`)
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  await pipeline(zip.outputStream as Readable, createWriteStream(path))
  return path
}

function chatOf(id: string) {
  const updatedAt = new Date().toISOString()
  return { type: 'chat', id, title: 'Old', titleSource: 'user', lastMessageId: null, updatedAt }
}

function messageOf(id: string, change: object = {}) {
  const parts = [{ type: 'text', text: 'hello' }]
  const rest = { parentId: null, turnId: id, role: 'user', parts, model: null, finish: null }
  return { type: 'message', id, ...rest, ...change }
}

function lines(...values: object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

async function send(userId: string, path: string): Promise<string> {
  const requestId = newId()
  const upload = { requestId, file: `imports/${requestId}/upload.zip` }
  await storage.putFile(upload.file, path)
  const { size: sizeBytes } = await stat(path)
  await db
    .transaction()
    .execute((transaction) =>
      createDataRequest(transaction, { userId, kind: 'import', upload: { ...upload, sizeBytes } }),
    )
  return requestId
}

async function sendContent(userId: string, content: Buffer): Promise<string> {
  const path = join(directory, `content-${++exports}.zip`)
  await pipeline([content], createWriteStream(path))
  return send(userId, path)
}

async function importFor(userId: string, path: string) {
  const requestId = await send(userId, path)
  await run(requestId)
  const request = await findDataRequest(db, { userId, requestId })
  expect(await storage.open(`imports/${requestId}/upload.zip`)).toBeUndefined()
  return request
}

function jobOf(requestId: string) {
  return { payload: { requestId }, jobId: 'job', attempt: 1, isLastAttempt: false }
}

function run(requestId: string): Promise<void> {
  return job(jobOf(requestId))
}
