import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../testing/test-database.ts'
import { checkConnectionBudget, ConnectionBudgetError } from './connection-budget.ts'
import { createDatabase } from './create-database.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test', poolSize: 1 })
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 1 })
afterAll(async () => {
  await db.destroy()
  await admin.destroy()
  await database.close()
})

test('what the server gives is what it has, without what it keeps for superusers', async () => {
  const { rows } = await sql<{ max: number; reserved: number }>`
    select current_setting('max_connections')::int as max,
      current_setting('superuser_reserved_connections')::int as reserved
  `.execute(db)
  const given = rows[0]!.max - rows[0]!.reserved
  await checkConnectionBudget(db, { poolSize: given, replicas: 1 })
  const tooMany = checkConnectionBudget(db, { poolSize: given + 1, replicas: 1 })
  await expect(tooMany).rejects.toBeInstanceOf(ConnectionBudgetError)
  await expect(tooMany).rejects.toThrow(`gives ${given}`)
})

test('all replicas of a service count, and a database’s own limit', async () => {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db)
  await sql`alter database ${sql.id(rows[0]!.name)} connection limit 50`.execute(admin)
  expect(await checkConnectionBudget(db, { poolSize: 20, replicas: 2 })).toBeUndefined()
  expect(await checkConnectionBudget(db, { poolSize: 24, replicas: 2 })).toBe(
    '2 × 24 connections (SERVICE_REPLICAS × DATABASE_POOL_SIZE) are 48, and the server gives 50 to this role: other services need some, too',
  )
  await expect(checkConnectionBudget(db, { poolSize: 26, replicas: 2 })).rejects.toThrow(
    '2 × 26 connections (SERVICE_REPLICAS × DATABASE_POOL_SIZE) are 52',
  )
})
