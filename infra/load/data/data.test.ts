import { createDatabase, findChat, listMessages } from '@brainlyx/db'
import { testDatabase } from '@brainlyx/db/testing'
import { withClient } from '@brainlyx/testkit/postgres-server'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MONTHS, fillDatabase } from './fill/fill-database.ts'
import type { Filled } from './fill/fill-database.ts'
import { measureSizes } from './measure/measure-sizes.ts'
import { OPERATIONS } from './measure/operations.ts'
import { sizeRows } from './measure/rows.ts'
import { runMixedLoad } from './mixed/mixed-load.ts'
import type { LoadedDatabase } from './server/loaded-database.ts'

/** The short form of `pnpm bench:data`. */
const MESSAGES = 6_000

describe('a database as years of use would leave it', () => {
  const releases = new AsyncDisposableStack()
  let database: LoadedDatabase
  let filled: Filled
  let admin: pg.Client

  beforeAll(async () => {
    const made = await testDatabase()
    releases.defer(() => made.close())
    filled = await fillDatabase(made, { messages: MESSAGES, now: new Date() })
    admin = new pg.Client({ connectionString: made.adminUrl })
    await admin.connect()
    releases.defer(() => admin.end())
    await admin.query('vacuum (analyze)')
    database = {
      size: { name: 'short', messages: MESSAGES },
      url: made.url,
      adminUrl: made.adminUrl,
      bytes: 0,
      loadedInMs: 0,
      packed: undefined,
    }
  }, 120_000)
  afterAll(() => releases.disposeAsync(), 30_000)

  const count = async (query: string): Promise<number> => {
    const { rows } = await admin.query<{ count: string }>(`select count(*) as count from ${query}`)
    return Number(rows[0]?.count)
  }

  test('has as many messages as were asked for, in two years of partitions', async () => {
    expect(filled.messages).toBeGreaterThanOrEqual(MESSAGES)
    expect(await count('chat_history')).toBe(filled.messages)
    expect(await count('(select distinct id from chat_history) as ids')).toBe(filled.messages)
    expect(await count('chat_sessions')).toBe(filled.chats)
    expect(await count('users')).toBe(filled.users)
    const months = "date_trunc('month', created_at)"
    expect(
      await count(`(select ${months} from chat_history group by 1) as months`),
    ).toBeGreaterThan(MONTHS / 2)
    const future = 'chat_history where created_at > now()'
    expect(await count(future)).toBe(0)
  })

  test('is a tree in each chat: a parent is of the same chat, older, and of the other side', async () => {
    expect(
      await count(`chat_history as child where parent_id is not null and not exists (
        select from chat_history as parent where parent.id = child.parent_id
          and parent.session_id = child.session_id and parent.user_id = child.user_id
          and parent.created_at < child.created_at and parent.role <> child.role
      )`),
    ).toBe(0)
    expect(await count("chat_history where parent_id is null and role = 'assistant'")).toBe(0)
    expect(
      await count(`chat_sessions as chat where not exists (
        select from chat_history as leaf where leaf.id = chat.last_message_id
          and leaf.session_id = chat.id and leaf.user_id = chat.user_id
      )`),
    ).toBe(0)
    const siblings = `(select parent_id, session_id from chat_history group by 1, 2 having count(*) > 1)`
    expect(await count(`${siblings} as branched`)).toBeGreaterThan(0)
  })

  test('has the words of each message as Postgres finds them, and has them found again', async () => {
    expect(await count('chat_history where search <> message_vector(parts)')).toBe(0)
    const generated = `pg_attribute join pg_partition_tree('chat_history') on relid = attrelid
      where attname = 'search' and attgenerated = 's'`
    expect(await count(generated)).toBe(await count("pg_partition_tree('chat_history')"))
  })

  test('has a turn and a settled attempt for each answer', async () => {
    const answers = await count("chat_history where role = 'assistant'")
    expect(await count('turns')).toBe(answers)
    expect(
      await count(`chat_history as answer join turns on turns.id = answer.turn_id
        and turns.answer_message_id = answer.id and turns.user_message_id = answer.parent_id`),
    ).toBe(answers)
    expect(await count("attempts where state = 'completed'")).toBe(answers)
    expect(await count("attempts where state = 'announced'")).toBe(0)
  })

  test('opens like any other', async () => {
    const db = createDatabase({ url: database.url, name: 'test' })
    releases.defer(() => db.destroy())
    const { rows } = await admin.query<{ user_id: string; session_id: string; messages: string }>(
      'select user_id, session_id, count(*) as messages from chat_history group by 1, 2 order by 3 desc limit 1',
    )
    const longest = rows[0]
    expect(Number(longest?.messages)).toBeGreaterThanOrEqual(MESSAGES / 4)
    const chat = { userId: longest?.user_id ?? '', chatId: longest?.session_id ?? '' }
    expect(await findChat(db, chat)).toMatchObject({ activeTurnId: null })
    const page = await listMessages(db, { ...chat, limit: 50 })
    expect(page.messages).toHaveLength(50)
    expect(page.nextCursor).not.toBeNull()
  })

  test('gives each operation its rows', async () => {
    const measured = await measureSizes(releases, [database], { times: 4, explained: 2 })
    const unbranched = OPERATIONS.filter(({ at }) => at !== 'branched')
    expect(measured.map(({ operation }) => operation)).toEqual(expect.arrayContaining(unbranched))
    const rows = sizeRows(measured)
    expect(rows).toHaveLength(measured.length * 4)
    expect(rows.filter(({ value }) => !(value > 0))).toEqual([])
  }, 60_000)

  test('bears a mixed load in which nothing fails', async () => {
    const load = await runMixedLoad(database, {
      perSecond: 40,
      seconds: 2,
      warmUpSeconds: 1,
      places: 100,
    })
    expect(load.failed).toBe(0)
    expect(load.calls).toBeGreaterThanOrEqual(79)
    expect(load.byCall.size).toBeGreaterThan(4)
    expect(load.p95Ms).toBeGreaterThan(0)
  }, 60_000)
})

test('row-level security that is forced on the owner lets a load pass, and is forced again', async () => {
  const made = await testDatabase()
  try {
    const before = await forcedTables(made.adminUrl)
    expect(before).toContain('chat_history')
    const { messages } = await fillDatabase(made, { messages: 200, now: new Date() })
    await withClient(made.adminUrl, async (client) => {
      const { rows } = await client.query('select count(*)::integer as count from chat_history')
      expect(rows).toEqual([{ count: messages }])
    })
    expect(await forcedTables(made.adminUrl)).toEqual(expect.arrayContaining(before))
  } finally {
    await made.close()
  }
}, 60_000)

/** The tables whose policies bind their owner, too. */
async function forcedTables(url: string): Promise<string[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ relname: string }>(
      'select relname from pg_class where relforcerowsecurity order by relname',
    )
    return rows.map(({ relname }) => relname)
  })
}
