import { createTestRedis } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runScripts } from '../shared/script.ts'
import type { LeaseAnswer, LeaseOrder } from './lease-order.ts'
import { leaseAnswer, leaseCall } from './lease-script.ts'

const NOW = 1_750_000_000_000

let redis: TestRedis
beforeAll(async () => {
  redis = await createTestRedis()
})
afterAll(() => redis.close())
beforeEach(async () => {
  await redis.client.flushdb()
})

async function send(
  order: Partial<LeaseOrder> & { number: number },
  options: { replicaId?: string; sharedNowMs?: number } = {},
): Promise<LeaseAnswer> {
  const whole: LeaseOrder = {
    sentAtMs: 5_000,
    leasable: 100,
    want: 0,
    need: 0,
    bookings: [],
    returns: [],
    ...order,
  }
  const { replicaId = 'one', sharedNowMs = NOW } = options
  const call = leaseCall({ order: whole, scopeId: 's', kind: 'requests', replicaId, sharedNowMs })
  const [reply] = await runScripts(redis.client, [call])
  return leaseAnswer(whole, reply)
}

test('leases are granted up to the limit, all replicas together', async () => {
  expect(await send({ number: 1, want: 70 })).toMatchObject({ granted: 70, total: 70, waitMs: 0 })
  const second = await send({ number: 1, want: 70 }, { replicaId: 'two' })
  expect(second).toMatchObject({ granted: 30, total: 100 })
  expect(second.waitMs).toBe(60_750)
})

test('what is counted counts for sixty seconds after the last moment that it may be used', async () => {
  await send({ number: 1, want: 100 })
  const last = await send({ number: 2, want: 1 }, { sharedNowMs: NOW + 60_500 })
  expect(last).toMatchObject({ granted: 0, total: 100, waitMs: 250 })
  const free = await send({ number: 3, want: 1 }, { sharedNowMs: NOW + 60_750 })
  expect(free).toMatchObject({ granted: 1, total: 1 })
})

test('bookings are counted where they belong, also above the limit', async () => {
  const bookings = [
    { bucket: undefined, amount: 120, atMs: 5_000 - 30_000 },
    { bucket: undefined, amount: 7, atMs: 5_000 },
    { bucket: undefined, amount: 9, atMs: 5_000 - 70_000 },
  ]
  const answer = await send({ number: 1, want: 10, bookings })
  expect(answer).toMatchObject({ granted: 0, total: 127, waitMs: 30_750 })
  const later = await send({ number: 2 }, { sharedNowMs: NOW + 30_750 })
  expect(later.total).toBe(7)
  const [, bucket] = answer.bookingBuckets
  await send({ number: 3, returns: [{ bucket: bucket!, amount: 4 }] })
  expect((await send({ number: 4 })).total).toBe(3)
})

test('an order that comes again is answered as before and changes nothing', async () => {
  const bookings = [{ bucket: undefined, amount: 20, atMs: 5_000 }]
  const first = await send({ number: 8, want: 10, bookings })
  const again = await send({ number: 8, want: 10, bookings }, { sharedNowMs: NOW + 900 })
  expect(first).toMatchObject({ granted: 10, total: 30, isRemembered: false })
  expect(again).toEqual({ ...first, isRemembered: true })
  const returns = [{ bucket: first.bucket, amount: 5 }]
  expect((await send({ number: 9, returns })).total).toBe(25)
  expect((await send({ number: 9, returns })).total).toBe(25)
  expect((await send({ number: 8, want: 10 }, { replicaId: 'two' })).total).toBe(35)
})

test('a lease that is too small for the waiting call is not granted', async () => {
  await send({ number: 1, want: 60 })
  const tooMuch = await send({ number: 2, want: 50, need: 45 })
  expect(tooMuch).toMatchObject({ granted: 0, total: 60, waitMs: 60_750 })
  expect(await send({ number: 3, want: 50, need: 40 })).toMatchObject({ granted: 40, total: 100 })
})

test('by the clock of Redis where no test gives the time, and gone when nobody comes any more', async () => {
  const order = { number: 1, sentAtMs: 0, leasable: 9, want: 3, need: 0, bookings: [], returns: [] }
  const options = {
    scopeId: 's',
    kind: 'tokens',
    replicaId: 'one',
    sharedNowMs: undefined,
  } as const
  const [reply] = await runScripts(redis.client, [leaseCall({ order, ...options })])
  const [seconds] = await redis.client.time()
  expect(leaseAnswer(order, reply).bucket / 4).toBeCloseTo(Number(seconds), -1)
  for (const key of await redis.client.keys('*')) {
    const ttl = await redis.client.pttl(key)
    expect(ttl).toBeGreaterThan(60_000)
    expect(ttl).toBeLessThan(62_000)
  }
})
