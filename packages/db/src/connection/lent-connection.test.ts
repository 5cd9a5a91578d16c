import { sql } from 'kysely'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../testing/test-database.ts'
import { createDatabase } from './create-database.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
const admin = createDatabase({ url: database.adminUrl, name: 'test admin' })
afterAll(async () => {
  await Promise.all([db.destroy(), admin.destroy()])
  await database.close()
})

test('a connection that breaks between two statements fails the next one, and nothing else', async () => {
  const uncaught: Error[] = []
  const listener = (error: Error): void => void uncaught.push(error)
  process.on('uncaughtException', listener)
  try {
    const broken = db.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(
        transaction,
      )
      await sql`select pg_terminate_backend(${rows[0]?.pid}, 5000)`.execute(admin)
      // The server's word of it arrives in this process with the next turns of the event loop.
      await sleep(50)
      await sql`select 1`.execute(transaction)
    })
    await expect(broken).rejects.toThrow()
    expect(uncaught).toEqual([])
    expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
  } finally {
    process.off('uncaughtException', listener)
  }
})
