import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { Client } from 'pg'
import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import type { QueryReport } from '../connection/create-database.ts'
import type { Database } from '../tables/database.ts'
import { findMessage, listMessages } from '../chats/message.repository.ts'
import { asUser } from '../row-level-security/as-user.ts'
import { arrangeEnd, arrangeGuest, arrangeTurn, newTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { startTurn } from '../turns/start-turn.ts'
import { findTurn } from '../turns/turn.repository.ts'
import { ensurePartitions } from './ensure-partitions.ts'
import { monthSuffix } from './month-suffix.ts'
import { monthsAhead } from './months-ahead.ts'
import { isMissingPartition, withMissingPartition } from './with-missing-partition.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test', poolSize: 12 })
const owner = createDatabase({ url: database.ownerUrl, name: 'test', poolSize: 1 })
const user = await arrangeGuest(db)
afterAll(async () => {
  await db.destroy()
  await owner.destroy()
  await database.close()
})

test('there are partitions from last month to six months ahead, and none is a default', async () => {
  const now = new Date()
  const expected = Array.from({ length: 8 }, (_, index) => {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1 + index, 1))
    return `chat_history_${month
      .toISOString()
      .slice(0, 7)
      .replace(/^(\d+)-/, 'y$1m')}`
  })
  const { rows } = await sql<{ name: string; bound: string }>`
    select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'chat_history'::regclass order by 1
  `.execute(db)
  expect(rows.map((row) => row.name)).toEqual(expected)
  expect(rows.filter((row) => row.bound === 'DEFAULT')).toEqual([])
})

test('making partitions that are there changes nothing', async () => {
  expect(await ensurePartitions(db, new Date())).toEqual([])
})

test('a missing month is made by the role that may not make tables, once, by however many at once', async () => {
  const inAYear = new Date()
  inAYear.setUTCFullYear(inAYear.getUTCFullYear() + 1)
  const made = await Promise.all(Array.from({ length: 8 }, () => ensurePartitions(db, inAYear)))
  const names = made.flat()
  expect(names).toHaveLength(4 * 8)
  expect(new Set(names).size).toBe(names.length)
})

test('a month far from now is refused: the runtime role cannot fill the disk with tables', async () => {
  await expect(ensurePartitions(db, new Date('2090-01-01'))).rejects.toMatchObject({
    code: '22023',
  })
  await expect(ensurePartitions(db, new Date('1999-01-01'))).rejects.toMatchObject({
    code: '22023',
  })
  await expect(
    sql`select ensure_month_partitions(current_date, 1000)`.execute(db),
  ).rejects.toMatchObject({ code: '22023' })
})

test('a turn starts at midnight on the first although nobody made the month', async () => {
  await dropMonth('turns', 'chat_history')
  const turn = newTurn({ userId: user.id, owner: 'process-a' })
  const start = () => db.transaction().execute((transaction) => startTurn(transaction, turn))
  await expect(start()).rejects.toSatisfy(isMissingPartition)
  await withMissingPartition(db, start)
  expect(await findTurn(db, { userId: user.id, turnId: turn.turnId })).toBeDefined()
})

test('a hundred turns that start at midnight at once all start', async () => {
  await dropMonth('turns', 'chat_history', 'attempts')
  const turns = Array.from({ length: 100 }, () => newTurn({ userId: user.id, owner: 'process-a' }))
  await Promise.all(turns.map((turn) => withMissingPartition(db, () => startTurn(db, turn))))
  for (const turn of turns) expect(await findTurn(db, turn)).toMatchObject({ state: 'running' })
})

test('where nothing is missing nobody waits for who makes partitions', async () => {
  await owner.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(7236518202)`.execute(transaction)
    expect(await ensurePartitions(db, new Date())).toEqual([])
  })
})

test('a month that was detached and not dropped is there again, with what was in it', async () => {
  const turn = await arrangeTurn(db, { userId: user.id, owner: 'process-a' })
  const partition = `turns_${monthSuffix(new Date())}`
  await sql`alter table turns detach partition ${sql.id(partition)}`.execute(owner)
  expect(await findTurn(db, turn)).toBeUndefined()
  expect(await ensurePartitions(db, new Date())).toEqual([partition])
  expect(await findTurn(db, turn)).toBeDefined()
})

test('the months ahead of a table end at the first that is missing', async () => {
  const now = new Date()
  const all = ['attempts', 'audit_log', 'chat_history', 'turns']
  expect(await monthsAhead(db, now)).toEqual(new Map(all.map((table) => [table, 6])))
  await sql`drop table ${sql.id(`turns_${monthSuffix(now, 2)}`)}`.execute(owner)
  await sql`drop table ${sql.id(`attempts_${monthSuffix(now)}`)}`.execute(owner)
  expect(await monthsAhead(db, now)).toEqual(
    new Map([
      ['attempts', -1],
      ['audit_log', 6],
      ['chat_history', 6],
      ['turns', 1],
    ]),
  )
  await ensurePartitions(db, now)
})

test('any other failure is passed on and nothing is tried again', async () => {
  let tries = 0
  const violated = withMissingPartition(db, async () => {
    tries++
    // `created_at` that is not the id's own time: also SQLSTATE 23514.
    const turn = newTurn({ userId: user.id, owner: 'process-a' })
    await sql`
      insert into turns (id, created_at, user_id, session_id, state, owner, epoch, request_hash, user_message_id, model)
      values (${turn.turnId}, now() - interval '1 second', ${user.id}, ${turn.chatId}, 'running', 'a', 1, '', ${turn.userMessageId}, 'auto')
    `.execute(asUser(db, user.id))
  })
  await expect(violated).rejects.toMatchObject({ code: '23514', constraint: expect.any(String) })
  expect(tries).toBe(1)
})

test('a lookup by id reads one partition, and so does each step along a chat', async () => {
  const turn = await arrangeTurn(db, { userId: user.id, owner: 'process-a' })
  await arrangeEnd(db, turn)
  const message = { userId: user.id, messageId: turn.userMessageId }
  const chat = { userId: user.id, chatId: turn.chatId }
  const thisMonth = monthSuffix(new Date())
  const reads = [
    await partitionsRead((recording) => findTurn(recording, turn)),
    await partitionsRead((recording) => findMessage(recording, message)),
    await partitionsRead((recording) => listMessages(recording, { ...chat, limit: 50 })),
  ]
  expect(reads.map(([first]) => first)).toEqual([
    [`turns_${thisMonth}`],
    [`chat_history_${thisMonth}`],
    [`chat_history_${thisMonth}`],
  ])
})

test('the siblings of a page are looked for in no month from before its oldest message', async () => {
  const turn = await arrangeTurn(db, { userId: user.id, owner: 'process-a' })
  await arrangeEnd(db, turn)
  const { userId, chatId, owner, userMessageId } = turn
  await arrangeTurn(db, { userId, chatId, owner, userMessageId, answersAnew: true })
  const [, siblings] = await partitionsRead((recording) =>
    listMessages(recording, { userId: user.id, chatId: turn.chatId, limit: 50 }),
  )
  expect(siblings).toContain(`chat_history_${monthSuffix(new Date())}`)
  const months = siblings!.map((name) => name.slice(-'y2026m11'.length))
  expect(months.filter((month) => month < monthSuffix(new Date()))).toEqual([])
})

/** Which partitions each of the statements of `run` reads, where sequential scans cost too much to be chosen. */
async function partitionsRead(
  run: (recording: Kysely<Database>) => Promise<unknown>,
): Promise<string[][]> {
  const queries: QueryReport[] = []
  const recording = createDatabase({
    url: database.url,
    name: 'test',
    onQuery: (query) => queries.push(query),
  })
  try {
    await run(recording)
  } finally {
    await recording.destroy()
  }
  const client = new Client({ connectionString: database.url })
  await client.connect()
  try {
    await client.query('set enable_seqscan = off')
    await client.query("select set_config('brainlyx.user_id', $1, false)", [user.id])
    const reads: string[][] = []
    for (const { sql: text, parameters } of queries) {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (analyze, format json, costs off) ${text}`,
        [...parameters],
      )
      reads.push([...new Set(relationsIn(rows[0]!['QUERY PLAN'][0].Plan))])
    }
    return reads
  } finally {
    await client.end()
  }
}

interface PlanNode {
  'Relation Name'?: string
  'Actual Loops': number
  Plans?: PlanNode[]
}

/** Without those that were left alone when it came to it. */
function relationsIn(node: PlanNode): string[] {
  if (node['Actual Loops'] === 0) return []
  const own = node['Relation Name']
  const isPartition = own !== undefined && /_y\d{4}m\d\d$/.test(own)
  return [...(isPartition ? [own] : []), ...(node.Plans ?? []).flatMap(relationsIn)]
}

async function dropMonth(...tables: string[]): Promise<void> {
  const names = tables.map((table) => sql.id(`${table}_${monthSuffix(new Date())}`))
  await sql`drop table ${sql.join(names)}`.execute(owner)
}
