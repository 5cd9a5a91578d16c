import { afterAll, beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { testDatabase } from '../testing/test-database.ts'
import { createFailureLog } from './failure-log.ts'
import type { NotedFailure } from './failure-log.ts'
import {
  findFailures,
  forgetFailures,
  groupFailures,
  listLatestFailures,
  purgeFailures,
  recordFailures,
} from './failure.repository.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
afterAll(async () => {
  await db.destroy()
  await database.close()
})
beforeEach(async () => void (await db.deleteFrom('failures').execute()))

const TRACE = 'ab'.repeat(16)
const [ada, grace] = ['a'.repeat(43), 'g'.repeat(43)]
const DAY_MS = 24 * 60 * 60 * 1000

function noted(failure: Partial<NotedFailure> = {}): NotedFailure {
  return {
    traceId: TRACE,
    code: 'provider-busy',
    status: 503,
    route: 'turn',
    actor: ada,
    turnId: newId(),
    ...failure,
  }
}

const stored = (atMs: number, failure: Partial<NotedFailure> = {}) => {
  const { decisions: _none, ...rest } = noted(failure)
  return { ...rest, id: newId(atMs), service: 'chat-api', decisions: [] }
}

function startLog(explain: (id: string) => Promise<unknown> = async (id) => ({ id })) {
  let dropped = 0
  const log = createFailureLog({
    db,
    service: 'chat-api',
    explain,
    onDropped: (count) => void (dropped += count),
    // Only closing writes.
    intervalMs: 60_000,
  })
  return { log, dropped: () => dropped }
}

test('what was noted is found by its trace, with what the router said of it', async () => {
  const { log } = startLog()
  log.note(noted({ decisions: ['d4', 'd3', 'd2', 'd1'] }))
  log.note(noted({ traceId: 'cd'.repeat(16), code: 'other-code' }))
  await log.close()
  const found = await findFailures(db, TRACE)
  expect(found).toMatchObject([
    {
      traceId: TRACE,
      service: 'chat-api',
      code: 'provider-busy',
      status: 503,
      actor: ada,
      decisions: ['d4', 'd3', 'd2'].map((id) => ({ id, report: { id } })),
    },
  ])
})

test('a router that does not answer leaves the decision’s name', async () => {
  const { log } = startLog(() => Promise.reject(new Error('away')))
  log.note(noted({ decisions: ['d1'] }))
  await log.close()
  expect((await findFailures(db, TRACE))[0]?.decisions).toEqual([{ id: 'd1', report: null }])
})

test('more than fifty a second are dropped and counted, and nobody waits', async () => {
  const { log, dropped } = startLog()
  for (let index = 0; index < 60; index++) log.note(noted())
  expect(dropped()).toBe(10)
  await log.close()
  expect(await listLatestFailures(db, 100)).toHaveLength(50)
})

test('a database that is away costs what was waiting, and no more', async () => {
  const away = createDatabase({ url: 'postgres://nobody@127.0.0.1:1/nowhere', name: 'test' })
  let dropped = 0
  const log = createFailureLog({
    db: away,
    service: 'chat-api',
    explain: async () => null,
    onDropped: (count) => void (dropped += count),
  })
  log.note(noted())
  await log.close()
  expect(dropped).toBe(1)
  await away.destroy()
})

test('what cannot be a trace or a code is not written, and takes nothing else along', async () => {
  const { log } = startLog()
  log.note(noted({ traceId: '' }))
  log.note(noted({ traceId: 'x'.repeat(32) }))
  log.note(noted({ code: 'NOT A CODE' }))
  log.note(noted())
  await log.close()
  expect(await listLatestFailures(db, 10)).toHaveLength(1)
})

test('failures are grouped by what they were and where', async () => {
  const now = Date.now()
  await recordFailures(db, [
    stored(now - 3_000),
    stored(now - 2_000, { actor: grace }),
    stored(now - 1_000, { actor: null, traceId: 'cd'.repeat(16) }),
    stored(now, { route: 'GET /api/v1/chats' }),
    stored(now - 2 * DAY_MS),
  ])
  expect(await groupFailures(db, new Date(now - DAY_MS))).toMatchObject([
    {
      code: 'provider-busy',
      route: 'turn',
      count: 3,
      users: 2,
      lastAt: new Date(now - 1_000),
      lastTraceId: 'cd'.repeat(16),
    },
    { route: 'GET /api/v1/chats', count: 1 },
  ])
})

test('they are forgotten after their time, and with their user', async () => {
  const now = Date.now()
  await recordFailures(db, [
    stored(now - 15 * DAY_MS),
    stored(now - 13 * DAY_MS, { actor: grace }),
    stored(now),
  ])
  expect(await purgeFailures(db, 14 * DAY_MS)).toBe(1)
  expect(await forgetFailures(db, [ada])).toBe(1)
  expect(await listLatestFailures(db, 10)).toMatchObject([{ actor: grace }])
})

test('no name or address fits in a user’s place', async () => {
  await expect(
    recordFailures(db, [stored(Date.now(), { actor: 'ada@example.com' })]),
  ).rejects.toMatchObject({ code: '23514' })
})
