import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { createDataRequest } from '../rights/data-request.repository.ts'
import { announceAttempt } from '../turns/attempt.repository.ts'
import { asSystem, asUser } from './as-user.ts'

const database = await testDatabase()
// One connection, so that whatever a statement left behind would meet the next.
const db = createDatabase({ url: database.url, name: 'test', poolSize: 1 })
const owner = createDatabase({ url: database.ownerUrl, name: 'test', poolSize: 1 })
/** Sees the rows of all users. */
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 1 })
afterAll(async () => {
  await db.destroy()
  await owner.destroy()
  await admin.destroy()
  await database.close()
})

const mine = await arrangeData()
const theirs = await arrangeData()

const tables = [
  'users',
  'authIdentities',
  'chatSessions',
  'chatHistory',
  'turns',
  'attempts',
  'dataRequests',
] as const
const tablesWithUser = ['chatSessions', 'chatHistory', 'turns', 'attempts', 'dataRequests'] as const

test.each(tables)('a query on %s that forgot its WHERE sees one user’s rows', async (table) => {
  const column = table === 'users' ? 'id' : 'userId'
  const rows = await asUser(db, mine.userId)
    .selectFrom(table)
    .select(sql.ref<string>(column).as('userId'))
    .execute()
  expect(rows).toEqual([{ userId: mine.userId }])
})

test.each(tables)('a query on %s that says for whom to nobody fails', async (table) => {
  const refused = { code: '42501', message: expect.stringContaining('did not say for whom') }
  await expect(db.selectFrom(table).selectAll().execute()).rejects.toMatchObject(refused)
  await expect(db.deleteFrom(table).execute()).rejects.toMatchObject(refused)
  await expect(
    db
      .updateTable(table)
      .set({ createdAt: new Date() } as never)
      .execute(),
  ).rejects.toMatchObject(refused)
})

test.each(tables)('neither does one that asks for another’s %s by id', async (table) => {
  const column = table === 'users' ? 'id' : 'userId'
  await expect(
    db.selectFrom(table).selectAll().where(sql.ref(column), '=', theirs.userId).execute(),
  ).rejects.toMatchObject({ code: '42501' })
})

test.each(tablesWithUser)(
  'a change of %s that forgot its WHERE changes one user’s',
  async (table) => {
    const before = await rowsOf(table, theirs.userId)
    expect(before).toHaveLength(1)
    await db
      .transaction()
      .execute(async (transaction) => {
        const own = asUser(transaction, mine.userId)
        const { numUpdatedRows } = await own
          .updateTable(table)
          .set({ userId: mine.userId })
          .executeTakeFirst()
        expect(numUpdatedRows).toBe(1n)
        const { numDeletedRows } = await own.deleteFrom(table).executeTakeFirst()
        expect(numDeletedRows).toBe(1n)
        throw new RangeError('taken back')
      })
      .catch(onlyTakenBack)
    expect(await rowsOf(table, theirs.userId)).toEqual(before)
  },
)

test.each(tablesWithUser)('nobody gives a row of %s to another user', async (table) => {
  await expect(
    asUser(db, mine.userId).updateTable(table).set({ userId: theirs.userId }).execute(),
  ).rejects.toMatchObject({ code: '42501' })
})

test('nobody writes a row for another user, and nobody one for no user', async () => {
  const id = newId()
  const chat = { id, userId: theirs.userId, createdAt: timestampOf(id) }
  for (const by of [asUser(db, mine.userId), asSystem(db, 'merge-guest'), db]) {
    await expect(by.insertInto('chatSessions').values(chat).execute()).rejects.toMatchObject({
      code: '42501',
    })
  }
  expect(await rowsOf('chatSessions', theirs.userId)).toHaveLength(1)
})

test('an id that is none does not reach the database', () => {
  expect(() => asUser(db, `${mine.userId}'; set role brainlyx_system; --`)).toThrow(RangeError)
  expect(() => asUser(db, '')).toThrow(RangeError)
})

test('within a transaction each statement runs for whom it says', async () => {
  const seen = (rows: { userId: string }[]): string[] => rows.map((row) => row.userId)
  await db.transaction().execute(async (transaction) => {
    const turnsFor = async (userId: string) =>
      seen(await asUser(transaction, userId).selectFrom('turns').select('userId').execute())
    expect(await turnsFor(mine.userId)).toEqual([mine.userId])
    expect(await turnsFor(theirs.userId)).toEqual([theirs.userId])
    const all = asSystem(transaction, 'watch-turns').selectFrom('turns').select('userId')
    expect(new Set(seen(await all.execute()))).toEqual(new Set([mine.userId, theirs.userId]))
    // The innermost has the last word.
    const inner = asUser(asSystem(transaction, 'watch-turns'), mine.userId)
    expect(seen(await inner.selectFrom('turns').select('userId').execute())).toEqual([mine.userId])
    expect(await turnsFor(theirs.userId)).toEqual([theirs.userId])
    const who = await sql<{ role: string }>`select current_user as role`.execute(inner)
    expect(who.rows).toEqual([{ role: 'brainlyx_app' }])
  })
})

test.each(['a user', 'the system'])(
  'what a transaction did for %s does not rub off on its own statements',
  async (whom) => {
    const run = db.transaction().execute(async (transaction) => {
      const by =
        whom === 'a user' ? asUser(transaction, mine.userId) : asSystem(transaction, 'watch-turns')
      await by.selectFrom('turns').select('id').execute()
      await transaction.selectFrom('turns').select('id').execute()
    })
    await expect(run).rejects.toMatchObject({ code: '42501' })
  },
)

test('a savepoint that is taken back does not leave the transaction to another user', async () => {
  const transaction = await db.startTransaction().execute()
  try {
    await asUser(transaction, mine.userId).selectFrom('turns').select('id').execute()
    const tried = await transaction.savepoint('tried').execute()
    await asSystem(tried, 'watch-turns').selectFrom('turns').select('id').execute()
    await asUser(tried, theirs.userId).selectFrom('turns').select('id').execute()
    const back = await tried.rollbackToSavepoint('tried').execute()
    const rows = await asUser(back, theirs.userId).selectFrom('turns').select('userId').execute()
    expect(rows).toEqual([{ userId: theirs.userId }])
  } finally {
    await transaction.rollback().execute()
  }
})

test('a statement that fails ends its transaction and leaves nothing behind', async () => {
  const own = asUser(db, mine.userId)
  await expect(sql`select 1 / 0 from turns`.execute(own)).rejects.toMatchObject({ code: '22012' })
  await expect(db.selectFrom('turns').select('id').execute()).rejects.toMatchObject({
    code: '42501',
  })
  expect(await own.selectFrom('turns').select('userId').execute()).toEqual([
    { userId: mine.userId },
  ])
  const { rows } = await sql`
    select from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'
  `.execute(admin)
  expect(rows).toEqual([])
})

test('a statement that runs for a user is one transaction, and all of it or nothing', async () => {
  const own = asUser(db, mine.userId)
  const id = newId()
  const wrong = sql`
    with chat as (
      insert into chat_sessions (id, user_id, created_at)
      values (${id}::uuid, ${mine.userId}::uuid, ${timestampOf(id)}::timestamptz) returning id
    )
    select 1 / (select count(*) - 1 from chat)
  `
  await expect(wrong.execute(own)).rejects.toMatchObject({ code: '22012' })
  expect(await rowsOf('chatSessions', mine.userId)).toHaveLength(1)
})

test.each(tables)('the owner of the tables has no more of %s than anybody else', async (table) => {
  const refused = { code: '42501', message: expect.stringContaining('did not say for whom') }
  // For `search_messages`, which runs as the owner and names the user itself.
  const readsAll = table === 'chatHistory'
  const reading = owner.selectFrom(table).select('createdAt')
  if (readsAll) expect(await reading.execute()).toHaveLength(2)
  else await expect(reading.execute()).rejects.toMatchObject(refused)
  await expect(owner.deleteFrom(table).execute()).rejects.toMatchObject(refused)
  const changes = { createdAt: new Date() } as never
  await expect(owner.updateTable(table).set(changes).execute()).rejects.toMatchObject(refused)
  const own = await asUser(owner, mine.userId).selectFrom(table).select('createdAt').execute()
  expect(own).toHaveLength(readsAll ? 2 : 1)
})

test('without its WHERE a query still reads no more than the user’s part of an index, and asks once', async () => {
  const { rows } = await db.transaction().execute(async (transaction) => {
    await sql`set local enable_seqscan = off`.execute(transaction)
    return sql<{ 'QUERY PLAN': string }>`explain (costs off) select * from chat_sessions`.execute(
      asUser(transaction, mine.userId),
    )
  })
  const text = rows.map((row) => Object.values(row)[0]).join('\n')
  expect(text).toMatch(/Index Cond: \(user_id = \$0\)/)
  expect(text.match(/InitPlan/g)).toHaveLength(1)
})

function rowsOf(table: (typeof tablesWithUser)[number], userId: string) {
  return admin.selectFrom(table).selectAll().where('userId', '=', userId).execute()
}

/** A user with one row in each table. */
async function arrangeData(): Promise<{ userId: string }> {
  const user = await arrangeGuest(db)
  const { turnId } = await arrangeTurn(db, { userId: user.id, owner: 'process-a' })
  await announceAttempt(db, {
    attemptId: newId(),
    userId: user.id,
    turnId,
    epoch: 1,
    deployment: 'd',
    provider: 'p',
    model: 'm',
  })
  await db
    .transaction()
    .execute((transaction) => createDataRequest(transaction, { userId: user.id, kind: 'export' }))
  return { userId: user.id }
}

function onlyTakenBack(error: unknown): void {
  if (!(error instanceof RangeError)) throw error
}
