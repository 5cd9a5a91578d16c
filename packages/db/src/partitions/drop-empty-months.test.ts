import { sql } from 'kysely'
import { afterAll, afterEach, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { arrangeGuest, newTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { startTurn } from '../turns/start-turn.ts'
import { findTurn } from '../turns/turn.repository.ts'
import { dropEmptyMonths } from './drop-empty-months.ts'
import { ensurePartitionFor } from './ensure-partitions.ts'
import { withMissingPartition } from './with-missing-partition.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
const owner = createDatabase({ url: database.ownerUrl, name: 'test', poolSize: 2 })
const user = await arrangeGuest(db)
afterAll(async () => {
  await db.destroy()
  await owner.destroy()
  await database.close()
})

const march = new Date('2024-03-15T12:00:00Z')
const april = new Date('2024-04-15T12:00:00Z')
const marchOf = ['attempts_y2024m03', 'chat_history_y2024m03', 'turns_y2024m03']
const drop = (): ReturnType<typeof dropEmptyMonths> => dropEmptyMonths(database.ownerUrl, april)

afterEach(async () => {
  await sql`delete from turns where created_at < '2025-01-01'`.execute(db)
  await drop()
})

test('months that are old and empty are dropped; later ones and those with a row stay', async () => {
  await ensurePartitionFor(db, march)
  await ensurePartitionFor(db, april)
  const turn = await arrangeOldTurn()
  expect(await drop()).toEqual({
    dropped: ['attempts_y2024m03', 'chat_history_y2024m03'],
    left: [],
  })
  expect(await partitionsLike('%y2024m%')).toEqual([
    'attempts_y2024m04',
    'chat_history_y2024m04',
    'turns_y2024m03',
    'turns_y2024m04',
  ])
  expect(await findTurn(db, turn)).toBeDefined()
  expect(await drop()).toEqual({ dropped: [], left: [] })
})

test('a month that a long transaction has read is left, blocks nobody, and goes the next time', async () => {
  await ensurePartitionFor(db, march)
  const reading = await db.startTransaction().execute()
  await sql`select from turns`.execute(reading)
  const first = await drop()
  expect(first.left).toContain('turns_y2024m03')
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
  expect(await drop()).toEqual({
    dropped: ['attempts_y2024m03', 'chat_history_y2024m03'],
    left: [],
  })
  expect(await findTurn(db, turn)).toBeDefined()
})

test('two at once do not meet, and what is in the way of one is not dropped by the other', async () => {
  await ensurePartitionFor(db, march)
  const runs = await Promise.all([drop(), drop(), drop()])
  expect(runs.flatMap((run) => run.dropped).toSorted()).toEqual(marchOf)
})

test('a row that a policy hides from the owner keeps its month', async () => {
  await ensurePartitionFor(db, march)
  const turn = await arrangeOldTurn()
  await sql`
    alter table turns_y2024m03 enable row level security, force row level security
  `.execute(owner)
  await expect(drop()).rejects.toMatchObject({ code: '42501' })
  await sql`
    alter table turns_y2024m03 no force row level security, disable row level security
  `.execute(owner)
  expect(await findTurn(db, turn)).toBeDefined()
})

test('the runtime role may not', async () => {
  await ensurePartitionFor(db, march)
  await expect(dropEmptyMonths(database.url, april)).rejects.toMatchObject({ code: '42501' })
})

async function arrangeOldTurn() {
  const turnId = newId(march.getTime())
  const turn = newTurn({ userId: user.id, owner: 'process-a', turnId })
  await withMissingPartition(db, () => startTurn(db, turn), march)
  return turn
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
