import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { buildIndex } from '../indexes/build-index.ts'
import { ensurePartitionFor } from '../partitions/ensure-partitions.ts'
import type { Database } from '../tables/database.ts'
import { testDatabase } from '../testing/test-database.ts'
import { packNextMonth } from './pack-next-month.ts'
import type { PackOptions } from './pack-next-month.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
/** Sees everything, whosever it is. */
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 3 })
afterAll(async () => {
  await db.destroy()
  await admin.destroy()
  await database.close()
})

const march = new Date('2024-03-10T12:00:00Z')
const april = new Date('2024-04-10T12:00:00Z')
const MARCH = 'chat_history_y2024m03'
const PAUSE_MS = 20

const pack = (options: PackOptions = {}): ReturnType<typeof packNextMonth> =>
  packNextMonth(database.ownerUrl, april, { pauseMs: PAUSE_MS, ...options })

afterEach(async () => {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relname like '%y2024m%' and relkind = 'r'
  `.execute(admin)
  for (const { name } of rows) await sql`drop table ${sql.id(name)}`.execute(admin)
  await sql`truncate packing_changes`.execute(admin)
})

test('the messages of a chat lie side by side in months that are over, and are what they were', async () => {
  await ensurePartitionFor(db, march)
  await ensurePartitionFor(db, april)
  await fill()
  const before = await everything()
  expect((await chatsInOrder()).length).toBeGreaterThan(10 * CHATS)
  expect(await pack()).toEqual({ month: MARCH, isPacked: true })
  expect(await everything()).toEqual(before)
  expect(await chatsInOrder()).toHaveLength(CHATS)
  expect(await shapeOf(MARCH)).toEqual(await shapeOf('chat_history_y2024m04'))
  expect(await leftovers()).toEqual([])
  expect(await pack()).toBeUndefined()
})

test('what is written meanwhile is there afterwards, and what is deleted is not', async () => {
  await ensurePartitionFor(db, march)
  const [forked, gone, ...rest] = await fill()
  const using = await use()
  const packing = pack()
  await copied()
  await sql`update chat_history set forked = true where id = ${forked}`.execute(admin)
  await sql`delete from chat_history where id = ${gone}`.execute(admin)
  const late = newId(march.getTime() + 1)
  await write(admin, { id: late, chatId: newId(), userId: newId() })
  // More than are left for the moment of the exchange.
  await sql`update chat_history set finish = 'stop' where id = any(${rest}::uuid[])`.execute(admin)
  const before = await everything()
  await using.commit().execute()
  expect(await packing).toEqual({ month: MARCH, isPacked: true })
  expect(await everything()).toEqual(before)
  const rows = before as { id: string; forked: boolean; finish: string | null }[]
  expect(rows.find((row) => row.id === forked)?.forked).toBe(true)
  expect(rows.map((row) => row.id)).toEqual(expect.arrayContaining([late]))
  expect(rows.map((row) => row.id)).not.toContain(gone)
  expect(await leftovers()).toEqual([])
})

test('a column that comes before the month is copied comes with what it holds', async () => {
  await ensurePartitionFor(db, march)
  await fill()
  const migrating = await admin.startTransaction().execute()
  await sql`alter table chat_history add column mood text`.execute(migrating)
  await sql`update chat_history set mood = 'good' where created_at < ${april}`.execute(migrating)
  const packing = pack()
  await vi.waitFor(async () => expect(await waitsForTheMonth()).toBe(true), { timeout: 20_000 })
  await migrating.commit().execute()
  try {
    expect(await packing).toEqual({ month: MARCH, isPacked: true })
    expect(await moods()).toEqual(['good'])
  } finally {
    await sql`alter table chat_history drop column mood`.execute(admin)
  }
})

test('a column that comes while the month is copied keeps the month as it is, and loses nothing', async () => {
  await ensurePartitionFor(db, march)
  await fill()
  const migrating = await use()
  const packing = pack().catch((error: unknown) => error)
  await copied()
  await sql`alter table chat_history add column mood text`.execute(migrating)
  await sql`update chat_history set mood = 'good' where created_at < ${april}`.execute(migrating)
  await migrating.commit().execute()
  try {
    expect(await packing).toMatchObject({ message: expect.stringContaining('missing column') })
    expect(await moods()).toEqual(['good'])
    expect(await leftovers()).toEqual([])
    expect(await pack()).toEqual({ month: MARCH, isPacked: true })
    expect(await moods()).toEqual(['good'])
  } finally {
    await sql`alter table chat_history drop column mood`.execute(admin)
  }
})

test('who reads and writes meanwhile notices nothing', async () => {
  await ensurePartitionFor(db, march)
  const ids = await fill()
  const over = new AbortController()
  const packing = pack().finally(() => over.abort())
  let written = 0
  const seen: bigint[] = []
  while (!over.signal.aborted) {
    const id = newId(march.getTime() + 500_000 + written++)
    await write(admin, { id, chatId: newId(), userId: newId() })
    const { rows } = await sql<{ messages: bigint }>`
      select count(*) as messages from chat_history where created_at < ${april}
    `.execute(admin)
    seen.push(rows[0]!.messages)
  }
  expect(await packing).toEqual({ month: MARCH, isPacked: true })
  expect(seen).toEqual(
    Array.from({ length: written }, (_, place) => BigInt(ids.length + place + 1)),
  )
  expect(await everything()).toHaveLength(ids.length + written)
})

test('a table that is in use all the time keeps its month as it is, and the next run packs it', async () => {
  await ensurePartitionFor(db, march)
  await fill()
  const before = await everything()
  const using = await use()
  expect(await pack({ patienceMs: 0 })).toEqual({ month: MARCH, isPacked: false })
  expect(await leftovers()).toEqual([])
  await using.commit().execute()
  expect(await pack()).toEqual({ month: MARCH, isPacked: true })
  expect(await everything()).toEqual(before)
})

test('a run that dies in the middle loses nothing, and the next one clears up', async () => {
  await ensurePartitionFor(db, march)
  await fill()
  const using = await use()
  const dying = pack().catch(() => 'died')
  await copied()
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'pack-month' and datname = current_database()
  `.execute(admin)
  expect(await dying).toBe('died')
  await using.commit().execute()
  expect(await leftovers()).not.toEqual([])
  const last = newId(march.getTime() + 2)
  await write(admin, { id: last, chatId: newId(), userId: newId() })
  const before = await everything()
  expect(await pack()).toEqual({ month: MARCH, isPacked: true })
  expect(await everything()).toEqual(before)
  expect(await leftovers()).toEqual([])
})

test('an index that is to be built is more urgent, and the next run packs', async () => {
  await ensurePartitionFor(db, march)
  await fill()
  const before = await everything()
  const using = await use()
  const packing = pack()
  await copied()
  const index = { name: 'chat_history_finish_idx', table: 'chat_history', definition: '(finish)' }
  expect(await buildIndex(database.ownerUrl, index)).toBe(true)
  expect(await packing).toEqual({ month: MARCH, isPacked: false })
  await using.commit().execute()
  expect(await pack()).toEqual({ month: MARCH, isPacked: true })
  expect(await everything()).toEqual(before)
  expect(await shapeOf(MARCH)).toMatchObject({
    indexes: expect.arrayContaining(['chat_history_finish_idx']),
  })
  await sql`drop index chat_history_finish_idx`.execute(admin)
})

test('whoever has to leave does so at once', async () => {
  await ensurePartitionFor(db, march)
  await fill()
  const using = await use()
  const stopping = new AbortController()
  const leaving = pack({ stopping: stopping.signal })
  await copied()
  stopping.abort()
  expect(await leaving).toEqual({ month: MARCH, isPacked: false })
  await using.commit().execute()
  expect(await leftovers()).toEqual([])
  expect(await pack()).toEqual({ month: MARCH, isPacked: true })
})

test('one at a time packs, and only the owner may', async () => {
  await ensurePartitionFor(db, march)
  await fill()
  const runs = await Promise.all([pack(), pack(), pack()])
  expect(runs.filter((run) => run !== undefined)).toEqual([{ month: MARCH, isPacked: true }])
  await sql`comment on table ${sql.id(MARCH)} is null`.execute(admin)
  await expect(packNextMonth(database.url, april, { pauseMs: PAUSE_MS })).rejects.toMatchObject({
    code: '42501',
  })
})

const CHATS = 3
const MESSAGES_EACH = 100

/** Chats of three users in turns, as people write. @returns the ids of the messages */
async function fill(): Promise<string[]> {
  const chats = Array.from({ length: CHATS }, () => ({ userId: newId(), chatId: newId() }))
  const ids: string[] = []
  for (let place = 0; place < CHATS * MESSAGES_EACH; place++) {
    const id = newId(march.getTime() + 1_000 * (place + 1))
    await write(admin, { id, ...chats[place % CHATS]! })
    ids.push(id)
  }
  return ids
}

async function write(
  by: Kysely<Database>,
  message: { id: string; chatId: string; userId: string },
): Promise<void> {
  const { id, chatId, userId } = message
  const parts = JSON.stringify([{ type: 'text', text: `What ${id} says` }])
  await sql`
    insert into chat_history (id, created_at, user_id, session_id, turn_id, role, parts)
    values (${id}, ${timestampOf(id)}, ${userId}, ${chatId}, ${newId()}, 'user', ${parts})
  `.execute(by)
}

async function everything(): Promise<unknown[]> {
  const { rows } = await sql`select * from chat_history order by id`.execute(admin)
  return rows
}

/** The chats in the order in which their messages lie on the disk, one that goes on named once. */
async function chatsInOrder(): Promise<string[]> {
  const { rows } = await sql<{ chat: string }>`
    select session_id as chat from ${sql.id(MARCH)} order by ctid
  `.execute(admin)
  return rows.map((row) => row.chat).filter((chat, place, chats) => chat !== chats[place - 1])
}

/** What makes a partition one: its indexes, constraints and policies. */
async function shapeOf(name: string): Promise<unknown> {
  const { rows } = await sql<Record<string, unknown>>`
    select relispartition, reloptions, relrowsecurity, relforcerowsecurity, relowner::regrole::text as owner,
      (select count(*)::int from pg_trigger where tgrelid = c.oid) as triggers,
      array(
        select parent.inhparent::regclass::text from pg_index i
        join pg_inherits parent on parent.inhrelid = i.indexrelid
        where i.indrelid = c.oid and i.indisvalid order by 1
      ) as indexes,
      array(
        select pg_get_constraintdef(oid) from pg_constraint where conrelid = c.oid order by 1
      ) as constraints,
      array(
        select format('%s %s %s', attname, format_type(atttypid, atttypmod), col_description(c.oid, attnum))
        from pg_attribute where attrelid = c.oid and attnum > 0 order by attnum
      ) as columns
    from pg_class c where relname = ${name}
  `.execute(admin)
  return rows[0]
}

/** A transaction that uses the table, and no month of it. */
async function use(): Promise<Transaction<Database> & { commit(): { execute(): Promise<void> } }> {
  const using = await admin.startTransaction().execute()
  await sql`lock table only chat_history in access share mode`.execute(using)
  return using
}

async function moods(): Promise<(string | null)[]> {
  const { rows } = await sql<{ mood: string | null }>`
    select distinct mood from chat_history where created_at < ${april}
  `.execute(admin)
  return rows.map(({ mood }) => mood)
}

/** That a run has chosen its month, and cannot begin yet. */
async function waitsForTheMonth(): Promise<boolean> {
  const { rows } = await sql`
    select from pg_stat_activity
    where application_name = 'pack-month' and datname = current_database() and query like '%create trigger%'
  `.execute(admin)
  return rows.length > 0
}

/** The copy is there with everything, and waits for its moment. */
async function copied(): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await sql<{ closed: boolean }>`
        select relrowsecurity as closed from pg_class where relname = ${`${MARCH}_packing`} and reltuples > 0
      `.execute(admin)
      expect(rows).toEqual([{ closed: true }])
    },
    { timeout: 20_000, interval: 20 },
  )
}

/** Whatever a run has made that nobody needs any more. */
async function leftovers(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relname ~ '^chat_history_y2024m03_(packing|unpacked)$'
    union all select tgname from pg_trigger where tgname = 'note_packing_change'
    union all select 'change' from packing_changes
  `.execute(admin)
  return rows.map((row) => row.name)
}
