import { createTestRedis } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { BreakerRecord } from './breaker-record.ts'
import { exchangeRecords } from './exchange-records.ts'
import type { ExchangeReply, ExchangeRequest } from './exchange-records.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const PROBES = 'router:breakers:probes'
let redis: TestRedis
beforeEach(async () => {
  redis = await createTestRedis()
})
afterEach(() => redis.close())

function exchange(
  request: Partial<ExchangeRequest> = {},
  replicaId = 'one',
): Promise<ExchangeReply> {
  const nothing = { since: 0, puts: [], claims: [], releases: [] }
  return exchangeRecords(redis.client, { ...nothing, replicaId, ...request })
}

function record(id: string, version: number, changes: Partial<BreakerRecord> = {}): BreakerRecord {
  return { id, version, state: 'open', timesOpened: 2, goodProbes: 0, inMs: 30_000, ...changes }
}

const claim = { claims: [{ id: 'a', version: 5 }] }

test('what was put is told, the time in it by the clock of Redis', async () => {
  const version = 1_764_000_000_000_123
  await exchange({
    puts: [record('a', version), record('b', 7, { state: 'closed', inMs: -5_000.4 })],
  })
  const { news } = await exchange()
  expect(news).toEqual([
    { ...record('a', version), inMs: expect.any(Number) as number },
    { ...record('b', 7), state: 'closed', inMs: expect.any(Number) as number },
  ])
  expect(news[0]!.inMs).toBeLessThanOrEqual(30_000)
  expect(news[0]!.inMs).toBeGreaterThan(0)
  expect(news[1]!.inMs).toBeLessThanOrEqual(-5_000)
})

test('only what has changed since is told', async () => {
  const first = await exchange({ puts: [record('a', 5), record('b', 5)] })
  expect((await exchange({ since: first.stamp })).news).toEqual([])
  await exchange({ puts: [record('b', 6)] })
  const second = await exchange({ since: first.stamp })
  expect(second.news.map(({ id, version }) => [id, version])).toEqual([['b', 6]])
  expect(second.stamp).toBeGreaterThan(first.stamp)
})

test('what is not newer changes nothing', async () => {
  const { stamp } = await exchange({ puts: [record('a', 5, { state: 'closed' })] })
  for (const version of [4, 5]) await exchange({ puts: [record('a', version)] })
  expect((await exchange({ since: stamp })).news).toEqual([])
  expect((await exchange()).news).toMatchObject([{ version: 5, state: 'closed' }])
})

test('changes are in order even when the clock of Redis was set back', async () => {
  const ahead = Date.now() * 1_000 + 3_600_000_000
  await redis.client.zadd('router:breakers:changes', ahead, 'old')
  const { stamp } = await exchange({ puts: [record('a', 5)] })
  expect(stamp).toBeGreaterThan(ahead)
  expect((await exchange({ since: ahead })).news).toMatchObject([{ id: 'a' }])
})

test('one replica at a time may probe, until it gives the right back', async () => {
  await exchange({ puts: [record('a', 5)] })
  expect((await exchange(claim, 'one')).granted).toEqual(['a'])
  expect((await exchange(claim, 'two')).granted).toEqual([])
  expect((await exchange(claim, 'one')).granted).toEqual(['a'])
  await exchange({ releases: ['a'] }, 'two')
  expect((await exchange(claim, 'two')).granted).toEqual([])
  await exchange({ releases: ['a'] }, 'one')
  expect((await exchange(claim, 'two')).granted).toEqual(['a'])
})

test('the right to probe ends by itself unless it is renewed', async () => {
  await exchange(claim, 'one')
  const leftMs = await redis.client.pttl(PROBES)
  expect(leftMs).toBeGreaterThan(5_000)
  expect(leftMs).toBeLessThanOrEqual(10_000)
  await redis.client.hset(PROBES, 'a', '1 one')
  expect((await exchange(claim, 'two')).granted).toEqual(['a'])
})

test('who does not know the newest may not probe', async () => {
  await exchange({ puts: [record('a', 6, { state: 'closed' })] })
  expect((await exchange(claim)).granted).toEqual([])
  expect((await exchange({ claims: [{ id: 'a', version: 6 }] })).granted).toEqual(['a'])
})

test('who closes and gives the right back lets nobody in between', async () => {
  await exchange({ puts: [record('a', 5)] })
  await exchange(claim, 'one')
  await exchange({ puts: [record('a', 6, { state: 'closed' })], releases: ['a'] }, 'one')
  const { granted, news } = await exchange(claim, 'two')
  expect(granted).toEqual([])
  expect(news).toMatchObject([{ id: 'a', version: 6, state: 'closed' }])
})

test('at most a thousand are kept, the latest, and none for ever', async () => {
  await exchange({ puts: [record('first', 1)] })
  await exchange({ puts: Array.from({ length: 1_000 }, (_, at) => record(`made-up/${at}`, 1)) })
  const { news } = await exchange()
  expect(news).toHaveLength(1_000)
  expect(news.map(({ id }) => id)).not.toContain('first')
  expect(await redis.client.hlen('router:breakers:standings')).toBe(1_000)
  for (const key of ['standings', 'changes']) {
    expect(await redis.client.pttl(`router:breakers:${key}`)).toBeGreaterThan(3_000_000)
  }
})

test('what it does not understand is left out', async () => {
  await exchange({ puts: [record('a', 5), record('b', 5), record('c', 5)] })
  await redis.client.hset('router:breakers:standings', 'a', 'nonsense', 'b', '5 1 resting 1 0')
  expect((await exchange()).news).toMatchObject([{ id: 'c' }])
})
