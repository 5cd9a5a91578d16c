import { startPgBouncer, withClient } from '@brainlyx/testkit/postgres-server'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import { listChats } from '../chats/chat.repository.ts'
import type { Database } from '../tables/database.ts'
import { arrangeEnd, arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { asUser } from '../row-level-security/as-user.ts'
import { testDatabase } from '../testing/test-database.ts'
import { createDatabase } from './create-database.ts'
import type { DatabaseOptions } from './create-database.ts'

const releases = new AsyncDisposableStack()
afterAll(() => releases.disposeAsync())
const database = await testDatabase()
releases.defer(() => database.close())
const pgBouncer = await startPgBouncer(releases, database.url)

/** One connection of ours by way of the only connection that PgBouncer has to the server. */
function open(options: Partial<DatabaseOptions> = {}): Kysely<Database> {
  if ('reason' in pgBouncer) throw new Error(pgBouncer.reason)
  const url = pgBouncer.url(database.url)
  const db = createDatabase({ url, name: 'test', poolSize: 1, viaPgBouncer: true, ...options })
  releases.defer(() => db.destroy())
  return db
}

async function settings(db: Kysely<Database>): Promise<unknown> {
  const { rows } = await sql`
    select current_setting('statement_timeout') as statement,
      current_setting('idle_in_transaction_session_timeout') as idle
  `.execute(db)
  return rows[0]
}

const sleep = (db: Kysely<Database>): Promise<unknown> => sql`select pg_sleep(20)`.execute(db)

const why = 'reason' in pgBouncer ? `: not tested, ${pgBouncer.reason}` : ''

describe.skipIf(why !== '')(`behind PgBouncer in transaction mode${why}`, () => {
  // 1.21 and newer, which know prepared statements, are in no package of Debian 12: not tried.
  test('it is the PgBouncer that Debian 12 has', () => {
    expect(pgBouncer).toMatchObject({ version: expect.stringMatching(/^1\./) })
  })

  test('turns are run and chats are read by many through one connection', async () => {
    const db = open({ poolSize: 8 })
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const user = await arrangeGuest(db)
        for (let turns = 1; turns <= 3; turns++) {
          await arrangeEnd(db, await arrangeTurn(db, { userId: user.id, owner: 'process-a' }))
          expect((await listChats(db, { userId: user.id, limit: 50 })).chats).toHaveLength(turns)
        }
      }),
    )
  })

  test('limits hold in a transaction and reach nobody after it', async () => {
    const [mine, others] = [open({ statementTimeoutMs: 4_000 }), open()]
    const inside = await mine.transaction().execute((transaction) => settings(transaction))
    expect(inside).toEqual({ statement: '4s', idle: '10s' })
    expect(await settings(others)).toEqual({ statement: '0', idle: '0' })
    expect(await settings(mine)).toEqual({ statement: '0', idle: '0' })
  })

  test.each([
    ['in a transaction', (db: Kysely<Database>) => db.transaction().execute(sleep)],
    ['by itself', sleep],
    [
      'a write by itself',
      (db: Kysely<Database>, userId: string) =>
        sql`update users set name = pg_sleep(20)::text where id = ${userId}`.execute(
          asUser(db, userId),
        ),
    ],
  ])('a statement %s ends in time, and the next one runs', async (_name, run) => {
    const db = open({ statementTimeoutMs: 300 })
    const { id } = await arrangeGuest(db)
    await expect(run(db, id)).rejects.toMatchObject({ code: '57014' })
    expect(await settings(db)).toEqual({ statement: '0', idle: '0' })
  })

  test('what a transaction sets and locks ends with it', async () => {
    const [mine, others] = [open(), open()]
    await mine.transaction().execute(async (transaction) => {
      await sql`select set_config('app.user_id', 'me', true)`.execute(transaction)
      await sql`select pg_advisory_xact_lock(1)`.execute(transaction)
    })
    const { rows } = await sql<{ user: string; free: boolean }>`
    select coalesce(current_setting('app.user_id', true), '') as user, pg_try_advisory_xact_lock(1) as free
  `.execute(others)
    expect(rows).toEqual([{ user: '', free: true }])
  })

  test('nothing is prepared, and nothing is left on the server’s connection', async () => {
    const db = open()
    for (let times = 0; times < 10; times++) await settings(db)
    const { rows } = await sql`select name from pg_prepared_statements`.execute(db)
    expect(rows).toEqual([])
  })

  test('who forgets to say that it is there is told at once', async () => {
    const db = open({ viaPgBouncer: false })
    await expect(settings(db)).rejects.toThrow(/unsupported startup parameter: statement_timeout/)
  })

  test('a connection that PgBouncer takes away is replaced', async () => {
    const db = open()
    await settings(db)
    await withClient(database.adminUrl, (client) =>
      client.query(`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and usename = 'brainlyx_app'
    `),
    )
    await expect
      .poll(() => settings(db).catch(() => undefined))
      .toEqual({ statement: '0', idle: '0' })
  })
})
