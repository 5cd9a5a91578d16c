import { createLogger } from '@brainlyx/service-kit'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import { testDatabase } from '../testing/test-database.ts'
import { createSlowQueryLog } from './slow-query-log.ts'

const releases = new AsyncDisposableStack()
afterAll(() => releases.disposeAsync())
const database = await testDatabase()
releases.defer(() => database.close())

interface Line {
  query: string
  statement: string
  sql: string
  parameters: string[]
  plan?: string[]
}

/** A database whose every statement is slow. */
function open(nowMs: () => number = () => performance.now()) {
  const logger = createLogger({ service: 'test', level: 'silent' })
  const lines: Line[] = []
  logger.warn = (line: Line) => void lines.push(line)
  const log = createSlowQueryLog({ db: () => db, logger, thresholdMs: 0, nowMs })
  const sent: string[] = []
  const db: Kysely<Database> = createDatabase({
    url: database.url,
    name: 'test',
    poolSize: 1,
    onQuery(query) {
      sent.push(query.sql)
      log.see(query)
    },
  })
  releases.defer(() => db.destroy())
  return { db, log, lines, sent }
}

test('a slow query is told with its plan, and with nothing of what it was asked', async () => {
  const { db, log, lines, sent } = open()
  await sql`
    select * from users where name = ${'the canary'} and id = any(${[crypto.randomUUID()]}::uuid[])
  `.execute(asUser(db, crypto.randomUUID()))
  await log.idle()
  expect(lines).toMatchObject([{ query: 'select users', parameters: ['text of 10', 'list of 1'] }])
  const { plan } = lines[0]!
  expect(plan!.join('\n')).toMatch(/users/)
  expect(plan!.join('\n')).toMatch(/= '…'/)
  expect(JSON.stringify(lines)).not.toContain('canary')
  expect(sent.filter((text) => text.startsWith('explain'))).toHaveLength(1)
  expect(sent.join()).not.toMatch(/analyze/i)
})

test('explaining a write writes nothing', async () => {
  const { db, log, lines } = open()
  await sql`insert into processes (id, service) values ('one', 'test')`.execute(db)
  await log.idle()
  expect(lines[0]!.plan!.join('\n')).toMatch(/Insert on processes/)
  const { rows } = await sql`select id from processes`.execute(db)
  expect(rows).toHaveLength(1)
})

test('plans are asked for seldom, and for one statement more seldom still', async () => {
  let now = 0
  const { db, log, lines } = open(() => now)
  const run = async (text: string): Promise<boolean> => {
    await sql.raw(text).execute(asUser(db, crypto.randomUUID()))
    await log.idle()
    return lines.at(-1)!.plan !== undefined
  }
  expect(await run('select id from users')).toBe(true)
  expect(await run('select name from users')).toBe(false)
  now = 10_000
  expect(await run('select id from users')).toBe(false)
  expect(await run('select name from users')).toBe(true)
  now = 600_000
  expect(await run('select id from users')).toBe(true)
})

test('what has no plan is told without one', async () => {
  const { log, lines } = open()
  const report = { sql: 'commit', parameters: [], actor: undefined, durationMs: 900, failed: false }
  log.see(report)
  await log.idle()
  expect(lines).toMatchObject([{ query: 'commit', durationMs: 900 }])
  expect(lines[0]!.plan).toBeUndefined()
})
