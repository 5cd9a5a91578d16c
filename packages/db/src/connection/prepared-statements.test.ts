import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../testing/test-database.ts'
import { createDatabase } from './create-database.ts'
import { createPreparedStatements } from './prepared-statements.ts'

const database = await testDatabase()
const owner = createDatabase({ url: database.ownerUrl, name: 'test', poolSize: 1 })
await sql`create table things (id int, name text)`.execute(owner)
await sql`insert into things values (1, 'one')`.execute(owner)
await sql`grant select on things to brainlyx_app`.execute(owner)
afterAll(async () => {
  await owner.destroy()
  await database.close()
})

test('what comes again is prepared, under a name that its text alone decides', () => {
  const [one, other] = [createPreparedStatements(), createPreparedStatements()]
  const names = Array.from({ length: 6 }, () => one.nameOf('select $1'))
  expect(names.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined])
  expect(names[4]).toMatch(/^q_[\w-]{22}$/)
  expect(names[5]).toBe(names[4])
  for (let times = 0; times < 4; times++) other.nameOf('select $1')
  expect(other.nameOf('select $1')).toBe(names[4])
})

test('what comes once is not, however much of it, nor what is no query', () => {
  const statements = createPreparedStatements()
  for (let number = 0; number < 2_000; number++)
    expect(statements.nameOf(`select ${number}`)).toBeUndefined()
  for (let times = 0; times < 10; times++) expect(statements.nameOf('begin')).toBeUndefined()
  for (let times = 0; times < 4; times++) statements.nameOf('select $1')
  expect(statements.nameOf('select $1')).toBeDefined()
})

test.each([true, false])('with the switch at %s the server knows as much', async (on) => {
  const db = createDatabase({
    url: database.url,
    name: 'test',
    poolSize: 1,
    preparedStatements: on,
  })
  try {
    for (let id = 0; id < 6; id++) await sql`select name from things where id = ${id}`.execute(db)
    const { rows } = await sql<{ name: string; statement: string }>`
      select name, statement from pg_prepared_statements
    `.execute(db)
    expect(rows.map(({ statement }) => statement)).toEqual(
      on ? ['select name from things where id = $1'] : [],
    )
  } finally {
    await db.destroy()
  }
})

test('a migration under a prepared statement is not noticed outside a transaction, and inside once', async () => {
  const db = createDatabase({ url: database.url, name: 'test', poolSize: 1 })
  const read = (executor = db) => sql`select * from things`.execute(executor)
  try {
    for (let times = 0; times < 6; times++) await read()
    await sql`alter table things add column size int default 3`.execute(owner)
    expect((await read()).rows).toEqual([{ id: 1, name: 'one', size: 3 }])
    for (let times = 0; times < 6; times++) await read()
    await sql`alter table things drop column size`.execute(owner)
    const inTransaction = () => db.transaction().execute((transaction) => read(transaction))
    await expect(inTransaction()).rejects.toMatchObject({ code: '0A000' })
    expect((await inTransaction()).rows).toEqual([{ id: 1, name: 'one' }])
  } finally {
    await db.destroy()
  }
})
