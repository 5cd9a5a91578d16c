import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { once } from 'node:events'
import { withClient } from '@brainlyx/testkit/postgres-server'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { newId } from '../identifiers/new-id.ts'
import type { Database } from '../tables/database.ts'
import { replicatedDatabase } from '../testing/replicated-database.ts'
import { testDatabase } from '../testing/test-database.ts'
import { createDatabase } from './create-database.ts'
import type { DatabaseOptions } from './create-database.ts'
import { DatabaseBusyError, DatabaseSilentError } from './database-errors.ts'
import type { PoolUse } from './guarded-pool.ts'
import { pingDatabase } from './ping.ts'

const releases = new AsyncDisposableStack()
afterAll(() => releases.disposeAsync())
const database = await testDatabase()
releases.defer(() => database.close())

function open(options: Partial<DatabaseOptions>): Kysely<Database> {
  const db = createDatabase({ url: database.url, name: 'test', poolSize: 1, ...options })
  releases.defer(() => db.destroy())
  return db
}

test('a query waits for a connection only so long, whatever a statement may take', async () => {
  let use: () => PoolUse = () => expect.fail('nobody has told')
  const db = open({ statementTimeoutMs: 5_000, onPool: (told) => (use = told) })
  const slow = sql`select pg_sleep(10)`.execute(db)
  const waiting = pingDatabase(db)
  await expect.poll(() => use()).toEqual({ max: 1, inUse: 1, idle: 0, waiting: 1 })
  const [stopped, refused] = await Promise.allSettled([slow, waiting])
  expect(stopped).toMatchObject({ status: 'rejected', reason: { code: '57014' } })
  expect(refused).toMatchObject({ status: 'rejected', reason: { reason: 'all-in-use' } })
  await pingDatabase(db)
  expect(use()).toEqual({ max: 1, inUse: 0, idle: 1, waiting: 0 })
})

test('who waits is served in order, and many more than there are connections', async () => {
  const db = open({ poolSize: 3, waitTimeoutMs: 20_000 })
  const served: number[] = []
  await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      await sql`select 1`.execute(db)
      served.push(index)
    }),
  )
  expect(served).toHaveLength(200)
  expect(served.slice(0, 3).every((index) => index < 10)).toBe(true)
})

/** Takes connections and says nothing until told to. */
async function startSilentServer() {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  releases.defer(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    url: `postgres://x:x@127.0.0.1:${(server.address() as AddressInfo).port}/x`,
    connections: () => sockets.size,
    refuse: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

test('opening a connection may take longer than anyone waits for it', async () => {
  const server = await startSilentServer()
  let use: () => PoolUse = () => expect.fail('nobody has told')
  const db = createDatabase({
    url: server.url,
    name: 'test',
    poolSize: 1,
    waitTimeoutMs: 200,
    onPool: (told) => (use = told),
  })
  await expect(pingDatabase(db)).rejects.toMatchObject({ reason: 'connecting' })
  // It is still being opened, and nobody opens a second one.
  expect(use()).toMatchObject({ inUse: 1 })
  await expect(pingDatabase(db)).rejects.toBeInstanceOf(DatabaseBusyError)
  expect(server.connections()).toBe(1)
  server.refuse()
  await expect.poll(() => use()).toMatchObject({ inUse: 0 })
})

test('a connection that could not be opened gives its place back', async () => {
  const db = open({ url: 'postgres://nobody@127.0.0.1:1/none', waitTimeoutMs: 5_000 })
  for (let times = 0; times < 3; times++)
    await expect(pingDatabase(db)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('each class of query has its limit', async () => {
  const limits: Record<string, string> = {}
  for (const queryClass of ['interactive', 'batch', 'analytics'] as const) {
    const { rows } = await sql<{ limit: string }>`
      select current_setting('statement_timeout') as limit
    `.execute(open({ queryClass }))
    limits[queryClass] = rows[0]!.limit
  }
  expect(limits).toEqual({ interactive: '10s', batch: '5min', analytics: '1min' })
})

test('a statement is cut, in a transaction too, and the connection goes on', async () => {
  const db = open({ statementTimeoutMs: 200 })
  await expect(
    db.transaction().execute((transaction) => sql`select pg_sleep(20)`.execute(transaction)),
  ).rejects.toMatchObject({ code: '57014' })
  await pingDatabase(db)
})

const servers = await replicatedDatabase(releases, { replicas: 1 })
const asAdmin = (statement: string): Promise<unknown> =>
  withClient(servers.adminUrlOn(servers.primary), (client) => client.query(statement))

/** Commits wait for the standby, which is not told what it waits for. */
async function commitsWaitFor(standby: '*' | ''): Promise<void> {
  await asAdmin(`alter system set synchronous_standby_names = '${standby}'`)
  await asAdmin('select pg_reload_conf()')
}

/** Whether a commit has waited for the standby for so many seconds. */
async function waitsFor(seconds: number): Promise<boolean> {
  return withClient(servers.adminUrlOn(servers.primary), async (client) => {
    const { rowCount } = await client.query(`
      select from pg_stat_activity where application_name = 'committer' and wait_event = 'SyncRep'
        and clock_timestamp() - query_start > interval '${seconds} seconds'
    `)
    return rowCount === 1
  })
}

const LONG = { timeout: 20_000 }

test.each([
  ['at the end of a transaction', true],
  ['of a statement by itself', false],
])('a commit %s waits for its standby, whatever a statement may take', async (_name, inOne) => {
  const db = createDatabase({
    url: servers.urlOn(servers.primary),
    name: 'committer',
    poolSize: 1,
    statementTimeoutMs: 200,
  })
  releases.defer(() => db.destroy())
  await pingDatabase(db)
  const replica = servers.replicas[0]!
  await replica.stop()
  await commitsWaitFor('*')
  const insert = (executor: Kysely<Database>) =>
    sql`insert into processes (id, service) values (${newId()}, 'test')`.execute(executor)
  let isCommitted = true
  let writing: Promise<unknown> = Promise.resolve()
  // The server takes the setting up a moment later: until then commits wait for nobody.
  while (isCommitted) {
    isCommitted = false
    writing = (inOne ? db.transaction().execute(insert) : insert(db)).then(
      () => (isCommitted = true),
    )
    writing.catch(() => {})
    await expect.poll(async () => isCommitted || (await waitsFor(0)), LONG).toBe(true)
  }
  // Longer than the server, and than we, would let a statement run.
  await expect.poll(() => waitsFor(2.6), LONG).toBe(true)
  expect(isCommitted).toBe(false)
  await replica.start()
  await writing
  expect(isCommitted).toBe(true)
  await commitsWaitFor('')
})

test('a server that no longer answers is given up, and its connection with it', async () => {
  const db = createDatabase({
    url: servers.urlOn(servers.primary),
    name: 'frozen',
    poolSize: 1,
    statementTimeoutMs: 300,
  })
  releases.defer(() => db.destroy())
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
  const { pid } = rows[0]!
  process.kill(pid, 'SIGSTOP')
  try {
    await expect(pingDatabase(db)).rejects.toBeInstanceOf(DatabaseSilentError)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  const again = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
  expect(again.rows[0]!.pid).not.toBe(pid)
})
