import { eventually } from '@brainlyx/testkit'
import { sql } from 'kysely'
import { Client } from 'pg'
import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { ensurePartitionFor } from '../partitions/ensure-partitions.ts'
import { arrangeGuest, arrangeTurn, newTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { startTurn } from '../turns/start-turn.ts'
import { buildIndex } from './build-index.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
const owner = createDatabase({ url: database.ownerUrl, name: 'test', poolSize: 3 })
const user = await arrangeGuest(db)
const other = await arrangeGuest(db)
await arrangeTurn(db, { userId: user.id, owner: 'process-a' })
afterAll(async () => {
  await db.destroy()
  await owner.destroy()
  await database.close()
})

let indexes = 0
const newIndex = (table = 'turns') => ({
  name: `${table}_test_${++indexes}_idx`,
  table,
  definition: '(model, created_at)',
})

test('every partition gets one, and the parent’s is valid; the next time there is nothing to do', async () => {
  const index = newIndex()
  expect(await buildIndex(database.ownerUrl, index)).toBe(true)
  const states = await statesOf(index.name)
  expect(states).toHaveLength(8)
  expect(states.every((state) => state.valid)).toBe(true)
  expect(await isValid(index.name)).toBe(true)
  expect(await buildIndex(database.ownerUrl, index)).toBe(false)
})

test('a table without partitions gets one, too', async () => {
  const index = { name: 'users_test_idx', table: 'users', definition: '(name, id)' }
  expect(await buildIndex(database.ownerUrl, index)).toBe(true)
  expect(await isValid(index.name)).toBe(true)
})

test('turns start all the while, and a month that is made meanwhile is not left out', async () => {
  const index = newIndex()
  const building = buildIndex(database.ownerUrl, index)
  const built = new AbortController()
  void building.finally(() => built.abort())
  let [started, slowestMs] = [0, 0]
  const start = async (): Promise<void> => {
    while (!built.signal.aborted) {
      const startedAt = performance.now()
      await startTurn(db, newTurn({ userId: user.id, owner: 'process-a' }))
      slowestMs = Math.max(slowestMs, performance.now() - startedAt)
      started++
    }
  }
  const inAYear = new Date()
  inAYear.setUTCFullYear(inAYear.getUTCFullYear() + 1)
  await Promise.all([start(), start(), ensurePartitionFor(db, inAYear), building])
  expect(started).toBeGreaterThan(0)
  // Nobody waits for longer than the lock's time limit, with what a busy machine adds.
  expect(slowestMs).toBeLessThan(5_000)
  expect(await isValid(index.name)).toBe(true)
  expect(await statesOf(index.name)).toHaveLength(9)
})

test('a long transaction is waited for, and meanwhile nobody waits for the index', async () => {
  const index = newIndex()
  const writing = await db.startTransaction().execute()
  const long = newTurn({ userId: user.id, owner: 'process-a' })
  await startTurn(writing, long)
  const building = buildIndex(database.ownerUrl, index, { lockTimeoutMs: 100 })
  await eventually(() => hasGivenUpOnce())
  for (let turn = 0; turn < 20; turn++) {
    // Of another user and another slice of the installation's budget: within these one starts after the other.
    let started = newTurn({ userId: other.id, owner: 'process-a' })
    while (started.turnId.at(-1) === long.turnId.at(-1))
      started = newTurn({ userId: other.id, owner: 'process-a' })
    await startTurn(db, started)
  }
  expect(await isValid(index.name)).toBe(false)
  await writing.commit().execute()
  expect(await building).toBe(true)
  expect(await isValid(index.name)).toBe(true)
})

test('who has to give up says so, and the next time it goes on', async () => {
  const index = newIndex()
  const partition = `turns_y${new Date().toISOString().slice(0, 7).replace('-', 'm')}`
  // Only this partition is in use, so that the parent’s index is made and the build comes as far as this one.
  const writing = await owner.startTransaction().execute()
  await sql`update ${sql.id(partition)} set model = model`.execute(writing)
  await expect(
    buildIndex(database.ownerUrl, index, { lockTimeoutMs: 50, patienceMs: 1_500 }),
  ).rejects.toThrow(`the index ${index.name} is not built yet`)
  const broken = (await statesOf(index.name)).filter((state) => !state.valid)
  await writing.commit().execute()
  expect(await isValid(index.name)).toBe(false)
  expect(broken.length).toBeLessThanOrEqual(1)
  expect(await brokenOn(partition)).toBe(1)
  await buildIndex(database.ownerUrl, index)
  expect(await isValid(index.name)).toBe(true)
  expect(await brokenOn(partition)).toBe(0)
})

test('after a crash in the middle of a partition the broken one is dropped and the rest kept', async () => {
  const index = newIndex()
  const writing = await owner.startTransaction().execute()
  const partition = `turns_y${new Date().toISOString().slice(0, 7).replace('-', 'm')}`
  await sql`update ${sql.id(partition)} set model = model`.execute(writing)
  const crash = buildIndex(database.ownerUrl, index).catch((error: unknown) => error)
  const admin = new Client({ connectionString: database.adminUrl })
  await admin.connect()
  try {
    await eventually(async () => {
      // By name: a build also waits, for a moment, for looking at it.
      const { rowCount } = await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'build-index'
          and query like $1 and wait_event_type = 'Lock'`,
        [`create index concurrently%on public."${partition}" (%`],
      )
      expect(rowCount).toBe(1)
    })
  } finally {
    await admin.end()
  }
  expect(await crash).toMatchObject({ code: '57P01' })
  await writing.commit().execute()
  const kept = (await statesOf(index.name)).map((state) => state.oid)
  expect(kept.length).toBeGreaterThan(0)
  expect(await brokenOn(partition)).toBe(1)
  await buildIndex(database.ownerUrl, index)
  expect(await isValid(index.name)).toBe(true)
  const now = await statesOf(index.name)
  expect(now.map((state) => state.oid)).toEqual(expect.arrayContaining(kept))
  expect(await brokenOn(partition)).toBe(0)
})

/** The indexes attached to the parent’s. */
async function statesOf(name: string): Promise<{ oid: number; valid: boolean }[]> {
  const { rows } = await sql<{ oid: number; valid: boolean }>`
    select i.indexrelid::integer as oid, i.indisvalid as valid
    from pg_inherits h join pg_index i on i.indexrelid = h.inhrelid
    where h.inhparent = to_regclass(${name})
  `.execute(owner)
  return rows
}

async function isValid(name: string): Promise<boolean> {
  const { rows } = await sql`
    select from pg_index where indexrelid = to_regclass(${name}) and indisvalid
  `.execute(owner)
  return rows.length === 1
}

async function brokenOn(table: string): Promise<number> {
  const { rows } = await sql`
    select from pg_index where indrelid = ${table}::regclass and not indisvalid
  `.execute(owner)
  return rows.length
}

/** It asks for the parent’s lock again and again: seen waiting, then seen idle, as it pauses. */
async function hasGivenUpOnce(): Promise<void> {
  const { rows } = await sql<{ query: string; state: string }>`
    select query, state from pg_stat_activity
    where datname = current_database() and application_name = 'build-index'
  `.execute(owner)
  expect(rows).toMatchObject([{ state: 'idle', query: expect.stringContaining('create index') }])
}
