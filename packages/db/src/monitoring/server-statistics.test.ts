import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import { Registry } from 'prom-client'
import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import { arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { createServerMetrics } from './server-metrics.ts'
import { readServerStatistics } from './server-statistics.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test', poolSize: 4 })
afterAll(async () => {
  await db.destroy()
  await database.close()
})
const owner = await arrangeGuest(db)
const other = await arrangeGuest(db)
const thisMonth = new Date().toISOString().slice(0, 7).replace('-', 'm')

test('the runtime role sees connections, locks and how tables grow', async () => {
  const before = await sizeOf(`chat_history_y${thisMonth}`)
  for (let turns = 0; turns < 5; turns++) {
    await arrangeTurn(db, { userId: owner.id, owner: 'process-a' })
  }
  const after = await sizeOf(`chat_history_y${thisMonth}`)
  expect(after.table).toBe('chat_history')
  expect(after.bytes).toBeGreaterThan(before.bytes)
  expect(await sizeOf('users')).toMatchObject({ table: 'users' })
  const { connections, maxConnections } = await readServerStatistics(db)
  expect(connections.find(({ state }) => state === 'active')!.count).toBeGreaterThan(0)
  expect(maxConnections).toBeGreaterThan(0)
})

test('who waits for a lock shows, and a deadlock is counted', async () => {
  const { deadlocks } = await readServerStatistics(db)
  const bothHold = Promise.withResolvers<void>()
  let holding = 0
  const lock = (first: string, second: string) =>
    db.transaction().execute(async (transaction) => {
      await touch(transaction, first)
      if (++holding === 2) bothHold.resolve()
      await bothHold.promise
      await touch(transaction, second)
    })
  const crossing = Promise.allSettled([lock(owner.id, other.id), lock(other.id, owner.id)])
  await expect
    .poll(() => readServerStatistics(db))
    .toMatchObject({ locksWaiting: expect.toSatisfy((count: number) => count > 0) })
  const failed = (await crossing).filter(({ status }) => status === 'rejected')
  expect(failed).toMatchObject([{ reason: { code: '40P01' } }])
  await expect
    .poll(async () => (await readServerStatistics(db)).deadlocks - deadlocks, { timeout: 20_000 })
    .toBe(1)
})

test('figures that could not be read are absent rather than old', async () => {
  const registry = new Registry()
  const metrics = createServerMetrics(registry)
  const values = async () =>
    (await registry.getMetricsAsJSON()).flatMap((metric) => metric.values.map(() => metric.name))
  expect(await values()).toEqual([])
  metrics.show(await readServerStatistics(db))
  const shown = new Set(await values())
  for (const name of ['postgres_deadlocks', 'postgres_table_bytes', 'postgres_connections'])
    expect(shown).toContain(name)
  expect(await registry.metrics()).toContain(
    `postgres_table_bytes{table="chat_history",partition="chat_history_y${thisMonth}"}`,
  )
  metrics.show(undefined)
  expect(await values()).toEqual([])
})

async function sizeOf(partition: string) {
  const { tables } = await readServerStatistics(db)
  return tables.find((table) => table.partition === partition)!
}

async function touch(transaction: Transaction<Database>, userId: string): Promise<void> {
  await sql`update users set name = name where id = ${userId}`.execute(asUser(transaction, userId))
}
