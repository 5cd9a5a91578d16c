import { createDatabase, findChat, newId, requestStop } from '@brainlyx/db'
import { arrangeEnd, arrangeGuest, arrangeTurn, testDatabase } from '@brainlyx/db/testing'
import { createLogger } from '@brainlyx/service-kit'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { createRetentionJob } from './retention.job.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
/** Sees everything, whosever it is. */
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 1 })
afterAll(async () => {
  await admin.destroy()
  await db.destroy()
  await database.close()
})

const DAY_MS = 24 * 60 * 60 * 1000
const logger = createLogger({ service: 'worker', level: 'silent' })

test('a guest’s chats go thirty days after their last activity, with all their rows, and no earlier', async () => {
  const chat = await arrangeQuietChat()
  await retain(29)
  expect(await findChat(db, chat)).toBeDefined()
  await retain(31)
  expect(await findChat(db, chat)).toBeUndefined()
  for (const table of ['chat_history', 'turns', 'attempts', 'chat_sessions']) {
    const { rows } = await sql`select from ${sql.id(table)} where user_id = ${chat.userId}`.execute(
      admin,
    )
    expect(rows).toEqual([])
  }
})

test('members keep theirs for ever, unless their tier says otherwise', async () => {
  const chat = await arrangeQuietChat()
  await sql`
    update users set kind = 'member', email = ${`${chat.userId}@example.com`} where id = ${chat.userId}
  `.execute(admin)
  await retain(3_000)
  expect(await findChat(db, chat)).toBeDefined()
  await sql`update tiers set chat_idle_days = 365 where name = 'free'`.execute(db)
  await retain(364)
  expect(await findChat(db, chat)).toBeDefined()
  await retain(366)
  expect(await findChat(db, chat)).toBeUndefined()
  await sql`update tiers set chat_idle_days = null where name = 'free'`.execute(db)
})

test('a chat in which a turn runs or waits is left alone, however long', async () => {
  const user = await arrangeGuest(db)
  const running = await arrangeTurn(db, { userId: user.id, owner: 'process-a' })
  const { chatId } = running
  const waiting = await arrangeTurn(db, { userId: user.id, chatId, owner: 'process-a' })
  await retain(90)
  expect(await findChat(db, running)).toBeDefined()
  await requestStop(db, waiting)
  await retain(90)
  expect(await findChat(db, running)).toBeDefined()
  await arrangeEnd(db, running)
  await retain(90)
  expect(await findChat(db, running)).toBeUndefined()
})

test('a chat that is being used as it is found stays', async () => {
  const chat = await arrangeQuietChat()
  const using = await admin.startTransaction().execute()
  await sql`update chat_sessions set updated_at = now() where id = ${chat.chatId}`.execute(using)
  await retain(31)
  await using.commit().execute()
  expect(await findChat(db, chat)).toBeDefined()
})

test('more users than go into one page are gone through', async () => {
  const chats = await arrangeEmptyChats(210)
  await retain(31)
  const { rows } = await sql`
    select from chat_sessions where id = any(${chats}::uuid[])
  `.execute(admin)
  expect(rows).toEqual([])
})

test('months that are empty are dropped where the owner’s URL is known, and else kept', async () => {
  await sql`select ensure_month_partitions('2024-03-01', 1)`.execute(db)
  await retain(31)
  expect(await months2024()).toBe(4)
  await retain(31, database.ownerUrl)
  expect(await months2024()).toBe(0)
})

/** Runs the job as it will be in so many days. */
async function retain(days: number, ownerUrl?: string): Promise<void> {
  const now = (): Date => new Date(Date.now() + days * DAY_MS)
  const stopping = new AbortController().signal
  const job = createRetentionJob({ db, logger, now, ownerUrl, stopping })
  await job({ payload: {}, jobId: 'job', attempt: 1, isLastAttempt: false })
}

async function arrangeQuietChat(): Promise<{ userId: string; chatId: string }> {
  const user = await arrangeGuest(db)
  const turn = await arrangeTurn(db, { userId: user.id, owner: 'process-a' })
  await arrangeEnd(db, turn)
  return { userId: user.id, chatId: turn.chatId }
}

/** One of each of so many guests. */
async function arrangeEmptyChats(count: number): Promise<string[]> {
  const [users, chats] = [0, 1].map(() => Array.from({ length: count }, () => newId()))
  await sql`
    insert into users (id, kind) select id, 'guest' from unnest(${users}::uuid[]) as id
  `.execute(admin)
  await sql`
    insert into chat_sessions (id, user_id, created_at)
    select chat, owner, now() from unnest(${chats}::uuid[], ${users}::uuid[]) as new (chat, owner)
  `.execute(admin)
  return chats!
}

async function months2024(): Promise<number> {
  const { rows } =
    await sql`select from pg_class where relname like '%y2024m03' and relkind = 'r'`.execute(db)
  return rows.length
}
