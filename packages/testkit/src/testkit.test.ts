import { Client } from 'pg'
import { Redis } from 'ioredis'
import { afterEach, expect, test, vi } from 'vitest'
import { createTestDatabase, createTestRedis, eventually } from './index.ts'
import type { TestDatabaseTemplate } from './index.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
  vi.unstubAllEnvs()
})

const template = (key: string, prepared: { count: number }): TestDatabaseTemplate => ({
  name: 'testkit',
  key,
  ownerRole: 'testkit_owner',
  appRole: 'testkit_app',
  prepare: async (ownerUrl) => {
    prepared.count++
    await query(ownerUrl, 'create table things (id int)')
    await query(ownerUrl, 'grant select on things to testkit_app')
  },
})

test('databases are clones of a template that is made once, and know nothing of each other', async () => {
  const prepared = { count: 0 }
  const key = uniqueKey()
  const [one, two] = await Promise.all([1, 2].map(() => database(template(key, prepared))))
  expect(prepared.count).toBe(1)
  await query(one!.ownerUrl, 'insert into things values (1)')
  expect(await query(one!.url, 'select * from things')).toEqual([{ id: 1 }])
  expect(await query(two!.url, 'select * from things')).toEqual([])
})

test('another key makes another template and drops the one before', async () => {
  const prepared = { count: 0 }
  const [first, second] = [uniqueKey(), uniqueKey()]
  const { adminUrl } = await database(template(first, prepared))
  await database(template(second, prepared))
  expect(prepared.count).toBe(2)
  const templates = await query(
    adminUrl,
    "select datname from pg_database where datname like 'template_testkit_%'",
  )
  expect(templates).toEqual([{ datname: `template_testkit_${second}` }])
})

test('a template that could not be filled is never cloned', async () => {
  const broken = {
    ...template(uniqueKey(), { count: 0 }),
    prepare: () => Promise.reject(new Error('the migration failed')),
  }
  await expect(createTestDatabase({ template: broken })).rejects.toThrow('the migration failed')
  await expect(createTestDatabase({ template: broken })).rejects.toThrow('the migration failed')
})

test('closing drops the database, whoever is still connected', async () => {
  const made = await createTestDatabase({
    template: template(uniqueKey(), { count: 0 }),
  })
  const guest = new Client({ connectionString: made.url })
  guest.on('error', () => undefined)
  await guest.connect()
  await made.close()
  const name = new URL(made.adminUrl).pathname.slice(1)
  const server = process.env['TEST_DATABASE_ADMIN_URL'] ?? ''
  expect(await query(server, `select 1 from pg_database where datname = '${name}'`)).toEqual([])
})

test('each Redis is empty and one’s own until it is closed', async () => {
  const [one, two] = await Promise.all([createTestRedis(), createTestRedis()])
  expect(one.url).not.toBe(two.url)
  await one.client.set('key', 'value')
  expect(await two.client.get('key')).toBeNull()
  await Promise.all([one.close(), two.close()])
  const again = new Redis(one.url)
  expect(await again.get('key')).toBeNull()
  again.disconnect()
})

test.each([
  ['TEST_DATABASE_ADMIN_URL', () => createTestDatabase({ template: template('x', { count: 0 }) })],
  ['TEST_REDIS_URL', () => createTestRedis()],
] as const)('without %s a test says what to run', async (key, make) => {
  vi.stubEnv(key, '')
  await expect(make()).rejects.toThrow(`${key} is not set: run \`npm test\``)
})

test('eventually waits for what happens later, and passes on why it never did', async () => {
  let calls = 0
  const value = await eventually(() => {
    if (++calls < 3) throw new Error('not yet')
    return calls
  })
  expect(value).toBe(3)
  await expect(
    eventually(() => Promise.reject(new Error('never')), { timeoutMs: 30, intervalMs: 1 }),
  ).rejects.toThrow('never')
})

async function database(of: TestDatabaseTemplate) {
  const made = await createTestDatabase({ template: of })
  closers.push(() => made.close())
  return made
}

function uniqueKey(): string {
  return `${process.pid}${Math.random().toString(36).slice(2, 10)}`
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
