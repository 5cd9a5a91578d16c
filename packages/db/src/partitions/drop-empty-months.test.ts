import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { afterAll, afterEach, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import type { Database } from '../tables/database.ts'
import { arrangeGuest, newTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { announceAttempt, listAttempts } from '../turns/attempt.repository.ts'
import { startTurn } from '../turns/start-turn.ts'
import { findTurn } from '../turns/turn.repository.ts'
import { dropEmptyMonths } from './drop-empty-months.ts'
import { ensurePartitionFor } from './ensure-partitions.ts'
import { withMissingPartition } from './with-missing-partition.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
const owner = createDatabase({ url: database.ownerUrl, name: 'test', poolSize: 2 })
/** Sees everything, whosever it is. */
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 2 })
const user = await arrangeGuest(db)
afterAll(async () => {
  await db.destroy()
  await owner.destroy()
  await admin.destroy()
  await database.close()
})

const march = new Date('2024-03-15T12:00:00Z')
const april = new Date('2024-04-15T12:00:00Z')
const marchOf = [
  'attempts_y2024m03',
  'audit_log_y2024m03',
  'chat_history_y2024m03',
  'turns_y2024m03',
]
const drop = (): ReturnType<typeof dropEmptyMonths> => dropEmptyMonths(database.ownerUrl, april)

afterEach(async () => {
  for (const table of ['turns', 'attempts']) {
    await sql`delete from ${sql.id(table)} where created_at < '2025-01-01'`.execute(admin)
  }
  await drop()
  // Where a test failed in between, the next one has nothing of it.
  for (const name of await tablesLike('%y2024m%'))
    await sql`drop table ${sql.id(name)}`.execute(admin)
})

test('months that are old and empty are dropped; later ones and those with a row stay', async () => {
  await ensurePartitionFor(db, march)
  await ensurePartitionFor(db, april)
  const turn = await arrangeOldTurn()
  expect(await drop()).toEqual({
    dropped: ['attempts_y2024m03', 'audit_log_y2024m03', 'chat_history_y2024m03'],
    left: [],
  })
  expect(await partitionsLike('%y2024m%')).toEqual([
    'attempts_y2024m04',
    'audit_log_y2024m04',
    'chat_history_y2024m04',
    'turns_y2024m03',
    'turns_y2024m04',
  ])
  expect(await openOf('%y2024m%')).toEqual([])
  expect(await findTurn(db, turn)).toBeDefined()
  expect(await drop()).toEqual({ dropped: [], left: [] })
})

test('a month that a long transaction has read is left, and goes the next time', async () => {
  await ensurePartitionFor(db, march)
  const reading = await admin.startTransaction().execute()
  await sql`select from turns_y2024m03`.execute(reading)
  expect(await drop()).toEqual({
    dropped: ['attempts_y2024m03', 'audit_log_y2024m03', 'chat_history_y2024m03'],
    left: ['turns_y2024m03'],
  })
  expect(await openOf('%y2024m%')).toEqual([])
  await reading.commit().execute()
  expect(await drop()).toEqual({ dropped: ['turns_y2024m03'], left: [] })
})

test('a month whose table a long transaction uses blocks nobody, and goes the next time', async () => {
  await ensurePartitionFor(db, march)
  const reading = await readingAnotherMonth()
  const first = await drop()
  expect(first.left).toContain('turns_y2024m03')
  expect(await pendingMonths()).toEqual(['turns_y2024m03'])
  // Detached for everybody but the one who reads; writes go on meanwhile, also into the same table.
  const turn = newTurn({ userId: user.id, owner: 'process-a' })
  await startTurn(db, turn)
  await reading.commit().execute()
  const second = await drop()
  expect([...first.dropped, ...second.dropped].toSorted()).toEqual(marchOf)
  expect(second.left).toEqual([])
  expect(await tablesLike('%y2024m03')).toEqual([])
})

test('what a crash left detached is dropped where it is empty, and attached again where it is not', async () => {
  await ensurePartitionFor(db, march)
  const turn = await arrangeOldTurn()
  for (const table of ['turns', 'attempts']) {
    const name = `${table}_y2024m03`
    await sql`alter table ${sql.id(table)} detach partition ${sql.id(name)}`.execute(owner)
  }
  expect(await isSeenBy(owner, 'turns_y2024m03')).toBe(false)
  expect(await drop()).toEqual({
    dropped: ['attempts_y2024m03', 'audit_log_y2024m03', 'chat_history_y2024m03'],
    left: [],
  })
  expect(await findTurn(db, turn)).toBeDefined()
  expect(await partitionsLike('turns_y2024m03')).toEqual(['turns_y2024m03'])
  expect(await openOf('%y2024m03')).toEqual([])
})

test('several tables of a month that a crash left detached are closed as before, too', async () => {
  await ensurePartitionFor(db, march)
  const turn = await arrangeOldTurn()
  const attempt = { attemptId: newId(march.getTime()), deployment: 'd', provider: 'p', model: 'm' }
  await announceAttempt(db, { ...attempt, userId: user.id, turnId: turn.turnId, epoch: 1 })
  for (const table of ['turns', 'attempts']) {
    const name = `${table}_y2024m03`
    await sql`alter table ${sql.id(table)} detach partition ${sql.id(name)}`.execute(owner)
  }
  // The first that goes back takes the second with it.
  expect((await drop()).dropped).toEqual(['audit_log_y2024m03', 'chat_history_y2024m03'])
  expect(await findTurn(db, turn)).toBeDefined()
  expect(await listAttempts(db, turn)).toHaveLength(1)
  expect(await openOf('%y2024m03')).toEqual([])
})

test('whoever attaches a month again closes it', async () => {
  await ensurePartitionFor(db, march)
  await sql`alter table turns detach partition turns_y2024m03`.execute(owner)
  await sql`
    alter table turns_y2024m03 no force row level security, disable row level security
  `.execute(owner)
  expect(await openOf('%y2024m03')).toEqual(['turns_y2024m03'])
  expect(await ensurePartitionFor(db, march)).toEqual(['turns_y2024m03'])
  expect(await openOf('%y2024m03')).toEqual([])
})

test('two at once do not meet, and what is in the way of one is not dropped by the other', async () => {
  await ensurePartitionFor(db, march)
  const runs = await Promise.all([drop(), drop(), drop()])
  expect(runs.flatMap((run) => run.dropped).toSorted()).toEqual(marchOf)
})

test('a row that the policies hide from the owner keeps its month', async () => {
  await ensurePartitionFor(db, march)
  const turn = await arrangeOldTurn()
  await sql`
    create policy nobody on turns_y2024m03 as restrictive using (false)
  `.execute(owner)
  expect(await isSeenBy(owner, 'turns_y2024m03')).toBe(false)
  expect(await isSeenBy(admin, 'turns_y2024m03')).toBe(true)
  expect((await drop()).dropped).not.toContain('turns_y2024m03')
  expect(await findTurn(db, turn)).toBeDefined()
  expect(await openOf('%y2024m03')).toEqual([])
})

test('a row that is written between looking and dropping keeps its month, which is closed as before', async () => {
  await ensurePartitionFor(db, march)
  const reading = await readingAnotherMonth()
  await drop()
  expect(await pendingMonths()).toEqual(['turns_y2024m03'])
  const { userId, turnId, chatId, owner: runs, userMessageId } = oldTurn()
  await sql`
    insert into turns_y2024m03 (id, created_at, user_id, session_id, state, owner, epoch, request_hash, user_message_id, model)
    values (${turnId}, uuid_v7_time(${turnId}), ${userId}, ${chatId}, 'running', ${runs}, 1, '', ${userMessageId}, 'auto')
  `.execute(admin)
  await reading.commit().execute()
  expect((await drop()).dropped).not.toContain('turns_y2024m03')
  expect(await findTurn(db, { userId, turnId })).toBeDefined()
  expect(await partitionsLike('turns_y2024m03')).toEqual(['turns_y2024m03'])
  expect(await openOf('%y2024m03')).toEqual([])
})

test('the runtime role may not', async () => {
  await ensurePartitionFor(db, march)
  await expect(dropEmptyMonths(database.url, april)).rejects.toMatchObject({ code: '42501' })
})

function oldTurn() {
  return newTurn({ userId: user.id, owner: 'process-a', turnId: newId(march.getTime()) })
}

async function arrangeOldTurn() {
  const turn = oldTurn()
  await withMissingPartition(db, () => startTurn(db, turn), march)
  return turn
}

/** A long transaction that has locked the table and one of its partitions. */
async function readingAnotherMonth() {
  const reading = await admin.startTransaction().execute()
  await sql`
    select from turns where created_at >= ${sql.lit(new Date().toISOString())}
  `.execute(reading)
  return reading
}

/** Found empty, and detached but for those who use them already. */
async function pendingMonths(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select inhrelid::regclass::text as name from pg_inherits where inhdetachpending
  `.execute(admin)
  return rows.map((row) => row.name)
}

async function partitionsLike(pattern: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relname like ${pattern} and relkind = 'r' and relispartition order by 1
  `.execute(db)
  return rows.map((row) => row.name)
}

async function tablesLike(pattern: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relname like ${pattern} and relkind = 'r'
  `.execute(db)
  return rows.map((row) => row.name)
}

/** Tables on which policies bind not everybody, their owner included. */
async function openOf(pattern: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relname like ${pattern} and relkind = 'r' and not (relrowsecurity and relforcerowsecurity)
  `.execute(db)
  return rows.map((row) => row.name)
}

async function isSeenBy(by: Kysely<Database>, table: string): Promise<boolean> {
  const { rows } = await sql`select from ${sql.id(table)}`.execute(by)
  return rows.length > 0
}
