import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import { withClient } from '@brainlyx/testkit/postgres-server'
import type { PostgresServer } from '@brainlyx/testkit/postgres-server'
import { Redis } from 'ioredis'
import { afterAll, afterEach, expect, test } from 'vitest'
import { listChats } from '../chats/chat.repository.ts'
import { createDatabase } from '../connection/create-database.ts'
import type { Database } from '../tables/database.ts'
import { arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { replicatedDatabase } from '../testing/replicated-database.ts'
import { createLastWrites } from './last-writes.ts'
import { NoReplicaError } from './no-replica-error.ts'
import { createReads } from './reads.ts'
import type { ReadRoute } from './reads.ts'
import { watchReplicas } from './replica-watch.ts'

const releases = new AsyncDisposableStack()
afterAll(() => releases.disposeAsync())
const redis = await createTestRedis()
releases.defer(() => redis.close())
const servers = await replicatedDatabase(releases, { replicas: 2 })
const [first, second] = servers.replicas as [PostgresServer, PostgresServer]

/** What one process has: pools to all three servers, and its own view of the replicas. */
async function startProcess(options: { redis?: Redis; maxLagMs?: number; everyMs?: number } = {}) {
  const open = (server: PostgresServer): Kysely<Database> => {
    const db = createDatabase({ url: servers.urlOn(server), name: 'test', poolSize: 4 })
    releases.defer(() => db.destroy())
    return db
  }
  const primary = open(servers.primary)
  const replicas = servers.replicas.map((server) => {
    const db = open(server)
    return { name: `${server.port}`, db, analytics: db }
  })
  const watch = watchReplicas({ primary, replicas, everyMs: 50, ...options })
  releases.defer(() => watch.stop())
  const routes: ReadRoute[] = []
  const reads = createReads({
    primary,
    watch,
    lastWrites: createLastWrites({ primary, redis: options.redis ?? redis.client }),
    onRead: (_kind, route) => routes.push(route),
  })
  await eventually(() => expect(reads.missingReplicas).toEqual([]))
  return { primary, reads, watch, routes }
}

const asAdmin = (server: PostgresServer, statement: string): Promise<unknown> =>
  withClient(servers.adminUrlOn(server), (client) => client.query(statement))
const pause = (server: PostgresServer) => asAdmin(server, 'select pg_wal_replay_pause()')
const resume = (server: PostgresServer) => asAdmin(server, 'select pg_wal_replay_resume()')
afterEach(async () => {
  await resume(first)
  await resume(second)
})

const chatsOf = (userId: string) => async (db: Kysely<Database>) =>
  (await listChats(db, { userId, limit: 50 })).chats.length

test('who has written reads their own, from whichever process, while others read from replicas', async () => {
  const [one, other] = [await startProcess(), await startProcess()]
  const writer = await arrangeGuest(one.primary)
  const reader = await arrangeGuest(one.primary)
  await one.reads.noteWrite(writer.id)
  await eventually(async () => {
    await one.reads.forUser(writer.id, chatsOf(writer.id))
    expect(one.routes.at(-1)).toBe('replica')
  })
  await pause(first)
  await pause(second)
  for (const list of [one.routes, other.routes]) list.length = 0
  let stale = 0
  for (let written = 1; written <= 10; written++) {
    await arrangeTurn(one.primary, { userId: writer.id, owner: 'process-a' })
    await one.reads.noteWrite(writer.id)
    for (const { reads } of [one, other]) {
      if ((await reads.forUser(writer.id, chatsOf(writer.id))) !== written) stale++
      for (let times = 0; times < 4; times++) await reads.forUser(reader.id, chatsOf(reader.id))
    }
  }
  expect(stale).toBe(0)
  const count = (route: ReadRoute) =>
    [...one.routes, ...other.routes].filter((taken) => taken === route).length
  expect(count('recent-write')).toBeGreaterThan(0)
  // Four fifths of those that were eligible, at least: a busy machine may be late to ask Redis.
  expect(count('replica')).toBeGreaterThanOrEqual(64)

  await resume(first)
  await arrangeTurn(one.primary, { userId: writer.id, owner: 'process-a' })
  await one.reads.noteWrite(writer.id)
  await other.watch.look()
  // One of the two has it; the other has not.
  expect(await other.reads.forUser(writer.id, chatsOf(writer.id))).toBe(11)
  expect(other.routes.at(-1)).toBe('recent-write')
  await resume(second)
  await eventually(async () => {
    expect(await other.reads.forUser(writer.id, chatsOf(writer.id))).toBe(11)
    expect(other.routes.at(-1)).toBe('replica')
  })
})

test('the later of two writes stays noted, whichever note arrives last', async () => {
  const { primary } = await startProcess()
  const user = await arrangeGuest(primary)
  const lastWrites = createLastWrites({ primary, redis: redis.client })
  await lastWrites.note(user.id)
  const noted = await lastWrites.find(user.id)
  const key = `last-write:{${user.id}}`
  await redis.client.set(key, (2n ** 52n).toString())
  await lastWrites.note(user.id)
  expect(await lastWrites.find(user.id)).toBe(2n ** 52n)
  expect(noted).toBeTypeOf('bigint')
  expect(await redis.client.pttl(key)).toBeGreaterThan(30_000)
})

test('while Redis is away, and for a minute after, all users read from the primary', async () => {
  const { primary, watch } = await startProcess()
  const user = await arrangeGuest(primary)
  const away = new Redis('redis://127.0.0.1:1', {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
  })
  away.on('error', () => {})
  releases.defer(() => away.disconnect())
  let memory: Redis = away
  let nowMs = 0
  const routes: ReadRoute[] = []
  const reads = createReads({
    primary,
    watch,
    lastWrites: createLastWrites({
      primary,
      redis: {
        get: (key) => memory.get(key),
        eval: (script, keys, ...parameters) => memory.eval(script, keys, ...parameters),
        on: () => {},
      },
      nowMs: () => nowMs,
    }),
    onRead: (_kind, route) => routes.push(route),
  })
  await reads.noteWrite(user.id)
  memory = redis.client
  await reads.forUser(user.id, chatsOf(user.id))
  nowMs = 59_999
  await reads.forUser(user.id, chatsOf(user.id))
  nowMs = 60_000
  await reads.forUser(user.id, chatsOf(user.id))
  expect(routes).toEqual(['unknown-write', 'unknown-write', 'replica'])
})

test('what others could not note while Redis was away is not missed by who asked nothing then', async () => {
  const ours = new Redis(redis.url)
  releases.defer(() => ours.disconnect())
  const { reads, routes, primary } = await startProcess({ redis: ours })
  const user = await arrangeGuest(primary)
  await eventually(async () => {
    await reads.forUser(user.id, chatsOf(user.id))
    expect(routes.at(-1)).toBe('replica')
  })
  ours.disconnect(true)
  await new Promise((resolve) => ours.once('ready', resolve))
  await reads.forUser(user.id, chatsOf(user.id))
  expect(routes.at(-1)).toBe('unknown-write')
})

test('a replica that falls too far behind is left out and returns by itself', async () => {
  const { primary, reads, watch } = await startProcess({ maxLagMs: 300 })
  await pause(first)
  await arrangeGuest(primary)
  await eventually(() => expect(reads.missingReplicas).toEqual([`${first.port}`]))
  const lagOf = (port: number) =>
    watch.states.find(({ replica }) => replica.name === `${port}`)!.lagMs!
  expect(lagOf(first.port)).toBeGreaterThan(300)
  expect(lagOf(second.port)).toBe(0)
  await resume(first)
  await eventually(() => expect(reads.missingReplicas).toEqual([]))
})

test('a replica that dies fails no read, is left out, and returns by itself; reports never read the primary', async () => {
  const { reads, routes } = await startProcess()
  const late = await startProcess({ everyMs: 3_600_000 })
  const reader = await arrangeGuest(createPrimary())
  const report = async (db: Kysely<Database>) =>
    (await sql<{ is: boolean }>`select pg_is_in_recovery() as is`.execute(db)).rows[0]!.is
  expect(await reads.forAnalytics(report)).toBe(true)
  await first.kill()
  for (let times = 0; times < 20; times++)
    expect(await reads.forUser(reader.id, chatsOf(reader.id))).toBe(0)
  expect(routes.filter((route) => route === 'replica-failed').length).toBeLessThan(4)
  // Whoever has not looked since learns it from the one read that failed.
  for (let times = 0; times < 20; times++) await late.reads.forUser(reader.id, chatsOf(reader.id))
  expect(late.routes.filter((route) => route === 'replica-failed')).toHaveLength(1)
  await eventually(() => expect(reads.missingReplicas).toEqual([`${first.port}`]))
  expect(await reads.forAnalytics(report)).toBe(true)
  await second.kill()
  await eventually(() => expect(reads.missingReplicas).toHaveLength(2))
  await expect(reads.forAnalytics(report)).rejects.toBeInstanceOf(NoReplicaError)
  expect(await reads.forUser(reader.id, chatsOf(reader.id))).toBe(0)
  expect(routes.at(-1)).toBe('no-replica')
  await first.start()
  await second.start()
  await eventually(() => expect(reads.missingReplicas).toEqual([]))
  expect(await reads.forAnalytics(report)).toBe(true)
})

test('without replicas all comes from the primary, reports too', async () => {
  const primary = createPrimary()
  const reads = createReads({ primary })
  expect(await reads.forUser('anyone', async (db) => db === primary)).toBe(true)
  expect(await reads.forAnalytics(async (db) => db === primary)).toBe(true)
  await reads.noteWrite('anyone')
  expect(reads.missingReplicas).toEqual([])
})

test('a server that is no replica is not read as one', async () => {
  const primary = createPrimary()
  const db = createPrimary()
  const replica = { name: 'promoted', db, analytics: db }
  const watch = watchReplicas({ primary, replicas: [replica], everyMs: 50 })
  releases.defer(() => watch.stop())
  await watch.look()
  expect(watch.states[0]).toMatchObject({ isUsable: false })
})

function createPrimary(): Kysely<Database> {
  const db = createDatabase({ url: servers.urlOn(servers.primary), name: 'test', poolSize: 2 })
  releases.defer(() => db.destroy())
  return db
}
