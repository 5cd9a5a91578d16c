import { createTestRedis, eventually } from '@brainlyx/testkit'
import fc from 'fast-check'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { Redis } from 'ioredis'
import { PLACE_LEASE_MS, turnLogRedisOptions } from '@brainlyx/turn-engine'
import { afterAll, expect, test } from 'vitest'
import type { LimitCheck, TakeRequest } from './limit-check.ts'
import { createLimitStore } from './limit-store.ts'
import type { LimitStore } from './limit-store.ts'
import { createLocalLimits } from './local-limits.ts'
import { createRedisLimits } from './redis-limits.ts'

const redis = await createTestRedis()
const stores: LimitStore[] = []
afterAll(async () => {
  for (const store of stores) store.close()
  await redis.close()
})
let keys = 0
const newKey = (): string => `limit:test:${++keys}`

const bucket = (key: string, capacity: number, perMinute: number, cost = 1): LimitCheck => ({
  kind: 'bucket',
  name: 'requests',
  key,
  capacity,
  perMinute,
  cost,
})
const slots = (key: string, limit: number, leaseId: string): LimitCheck => ({
  kind: 'slots',
  name: 'answers',
  key,
  limit,
  leaseId,
})

/** A replica's store on this Redis. */
function storeOn(client: Redis, replicas = 1): LimitStore {
  const store = createLimitStore({
    shared: createRedisLimits({ redis: client }),
    local: createLocalLimits({ nowMs: Date.now }),
    isReady: () => client.status === 'ready',
    replicas: () => replicas,
  })
  stores.push(store)
  return store
}

test('a bucket grants what may come at once and what has come back since, and never more, whatever the order', async () => {
  let nowMs = Date.now()
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 6_000 }),
      fc.array(
        fc.record({
          waitMs: fc.integer({ min: 0, max: 3_000 }),
          cost: fc.integer({ min: 1, max: 3 }),
        }),
        {
          maxLength: 40,
        },
      ),
      async (capacity, perMinute, steps) => {
        const limits = createLocalLimits({ nowMs: () => nowMs })
        const key = newKey()
        const startedAt = nowMs
        let granted = 0
        for (const { waitMs, cost } of steps) {
          nowMs += waitMs
          const { refused, states } = limits.take({
            checks: [bucket(key, capacity, perMinute, cost)],
          })
          const most = capacity + ((nowMs - startedAt) * perMinute) / 60_000
          if (refused === undefined) granted += cost
          else if (cost <= capacity) {
            // When it says so, there is enough, and a moment before there is not.
            const early = createLater(limits, key, { capacity, perMinute, cost })
            expect(early(refused.retryAfterMs)).toBe(true)
            if (refused.retryAfterMs > 1) expect(early(refused.retryAfterMs - 2)).toBe(false)
          }
          expect(granted).toBeLessThanOrEqual(most + 0.001)
          expect(states[0]!.remaining).toBeGreaterThanOrEqual(0)
          expect(states[0]!.remaining).toBeLessThanOrEqual(capacity)
        }
      },
    ),
    { numRuns: 200 },
  )

  function createLater(
    limits: ReturnType<typeof createLocalLimits>,
    key: string,
    { capacity, perMinute, cost }: { capacity: number; perMinute: number; cost: number },
  ): (afterMs: number) => boolean {
    return (afterMs) => {
      const before = nowMs
      nowMs += afterMs
      const { refused } = limits.take({
        checks: [bucket(key, capacity, perMinute, cost)],
        peek: true,
      })
      nowMs = before
      return refused === undefined
    }
  }
})

test('in Redis and in memory the same is granted, to the number', async () => {
  let nowMs = Date.now()
  const shared = createRedisLimits({ redis: redis.client, nowMs: () => nowMs })
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 30_000 }),
    kind: fc.constantFrom('bucket', 'window', 'slots', 'all', 'once'),
    cost: fc.integer({ min: 1, max: 3 }),
    lease: fc.constantFrom('a', 'b', 'c', 'd'),
    release: fc.boolean(),
    peek: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const local = createLocalLimits({ nowMs: () => nowMs })
      const [bucketKey, slotsKey, windowKey, onceKey] = [newKey(), newKey(), newKey(), newKey()]
      const endsAtMs = nowMs + 24 * 60 * 60_000
      for (const { waitMs, kind, cost, lease, release, peek } of steps) {
        nowMs += waitMs
        const checks = {
          bucket: [bucket(bucketKey, 5, 7, cost)],
          window: [{ kind: 'window', name: 'messages', key: windowKey, limit: 9, cost, endsAtMs }],
          slots: [slots(slotsKey, 2, lease)],
        } satisfies Record<string, LimitCheck[]>
        const all = [...checks.bucket, ...checks.window, ...checks.slots]
        const request: TakeRequest = {
          checks: kind === 'all' || kind === 'once' ? all : checks[kind],
          peek,
          ...(kind === 'once'
            ? {
                once: {
                  key: `${onceKey}:${lease}`,
                  forMs: 24 * 60 * 60_000,
                  instead: checks.bucket,
                },
              }
            : {}),
        }
        const one = await shared.take(request)
        expect({ ...one, by: '' }).toEqual({ ...local.take(request), by: '' })
        if (!release) continue
        await shared.release({ key: slotsKey, leaseId: lease })
        local.release(slotsKey, lease)
      }
    }),
    { numRuns: 60 },
  )
})

test('a bucket that becomes larger or faster is so at once, however much was taken before', async () => {
  let nowMs = Date.now()
  const shared = createRedisLimits({ redis: redis.client, nowMs: () => nowMs })
  const local = createLocalLimits({ nowMs: () => nowMs })
  const key = newKey()
  for (let round = 0; round < 20; round++) {
    const request = { checks: [bucket(key, 10, 1)] }
    expect((await shared.take(request)).refused === undefined).toBe(round < 10)
    local.take(request)
  }
  nowMs += 1_000
  const faster = { checks: [bucket(key, 10, 60)] }
  expect((await shared.take(faster)).refused).toMatchObject({ retryAfterMs: 1_000 })
  expect(local.take(faster).refused).toMatchObject({ retryAfterMs: 1_000 })
  nowMs += 1_000
  // A second brings one back now, where it was a minute.
  await shared.take({ checks: [bucket(key, 10, 60)], peek: true })
  const tight = { checks: [bucket(key, 3, 1_000_000_000)] }
  expect((await shared.take(tight)).refused).toBeDefined()
  nowMs += 1
  expect((await shared.take(tight)).refused).toBeUndefined()
})

test('all of it or nothing: who is refused one thing has used none of the others', async () => {
  const store = storeOn(redis.client)
  const [first, second] = [newKey(), newKey()]
  const request: TakeRequest = { checks: [bucket(first, 10, 1), bucket(second, 2, 1)] }
  expect((await store.take(request)).refused).toBeUndefined()
  expect((await store.take(request)).refused).toBeUndefined()
  const { refused } = await store.take(request)
  expect(refused).toMatchObject({ check: { key: second }, limit: 2, remaining: 0 })
  const [left] = (await store.take({ checks: [bucket(first, 10, 1)], peek: true })).states
  expect(left!.used).toBe(2)
})

test('what was counted once is not counted again, and what was for nothing is given back', async () => {
  const store = storeOn(redis.client)
  const [messages, others, once] = [newKey(), newKey(), newKey()]
  const endsAtMs = Date.now() + 60_000
  const request: TakeRequest = {
    checks: [{ kind: 'window', name: 'messages', key: messages, limit: 1, cost: 1, endsAtMs }],
    once: { key: once, forMs: 60_000, instead: [bucket(others, 5, 1)] },
  }
  expect(await store.take(request)).toMatchObject({ repeated: false, refused: undefined })
  expect(await store.take(request)).toMatchObject({ repeated: true, refused: undefined })
  store.giveBack({ windows: [{ key: messages, cost: 1 }], onceKey: once })
  await eventually(async () =>
    expect((await store.take({ ...request, peek: true })).repeated).toBe(false),
  )
  expect((await store.take(request)).refused).toBeUndefined()
})

test('a place is one place on all replicas, is given back, and is free after a while where its holder died', async () => {
  let nowMs = Date.now()
  const shared = createRedisLimits({ redis: redis.client, nowMs: () => nowMs })
  const key = newKey()
  const take = (leaseId: string) => shared.take({ checks: [slots(key, 2, leaseId)] })
  expect((await take('a')).refused).toBeUndefined()
  expect((await take('b')).refused).toBeUndefined()
  expect((await take('b')).refused).toBeUndefined()
  expect((await take('c')).refused).toMatchObject({ limit: 2, used: 2 })
  await shared.release({ key, leaseId: 'a' })
  expect((await take('c')).refused).toBeUndefined()
  nowMs += PLACE_LEASE_MS - 1_000
  expect((await take('d')).refused).toBeDefined()
  nowMs += 2_000
  expect((await take('d')).refused).toBeUndefined()
})

test('without Redis each of two replicas grants its half, and nobody waits', async () => {
  const clients = [0, 1].map(() => new Redis(redis.url, turnLogRedisOptions))
  await Promise.all(clients.map((client) => once(client, 'ready')))
  const replicas = clients.map((client) => storeOn(client, 2))
  const key = newKey()
  for (const client of clients) client.disconnect()
  let granted = 0
  const startedAt = performance.now()
  for (let round = 0; round < 30; round++) {
    for (const replica of replicas) {
      const taken = await replica.take({ checks: [bucket(key, 11, 1)] })
      expect(taken.by).toBe('local')
      if (taken.refused === undefined) granted++
    }
  }
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  // Half of eleven, rounded up, twice: one more for each further replica at most.
  expect(granted).toBe(12)
})

test('when Redis goes, each replica goes on from what it had counted', async () => {
  const client = new Redis(redis.url, turnLogRedisOptions)
  await new Promise((resolve) => client.once('ready', resolve))
  const store = storeOn(client, 2)
  const [bucketKey, windowKey] = [newKey(), newKey()]
  const endsAtMs = Date.now() + 60_000
  const checks: LimitCheck[] = [
    bucket(bucketKey, 40, 1),
    { kind: 'window', name: 'messages', key: windowKey, limit: 100, cost: 1, endsAtMs },
  ]
  for (let round = 0; round < 30; round++) await store.take({ checks })
  client.disconnect()
  let granted = 0
  for (let round = 0; round < 30; round++)
    if ((await store.take({ checks })).refused === undefined) granted++
  // Ten were left, of which five are this replica's.
  expect(granted).toBe(5)
})

test('a Redis that takes questions and never answers costs one request twenty milliseconds, and then none anything', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => {
    sockets.push(socket)
    // It says that it is ready, and nothing from then on.
    socket.once('data', () => socket.write('$10\r\nloading:0\n\r\n'))
  })
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const client = new Redis((silent.address() as AddressInfo).port, '127.0.0.1', {
    ...turnLogRedisOptions,
    enableReadyCheck: false,
    lazyConnect: true,
  })
  client.on('error', () => {})
  client.connect().catch(() => {})
  await eventually(() => expect(client.status).toBe('ready'))
  const store = storeOn(client)
  const key = newKey()
  const timeOf = async (): Promise<number> => {
    const startedAt = performance.now()
    expect((await store.take({ checks: [bucket(key, 1_000, 1)] })).by).toBe('local')
    return performance.now() - startedAt
  }
  expect(await timeOf()).toBeGreaterThan(15)
  const later: number[] = []
  for (let round = 0; round < 50; round++) later.push(await timeOf())
  expect(later.toSorted((a, b) => a - b)[25]).toBeLessThan(2)
  client.disconnect()
  for (const socket of sockets) socket.destroy()
  silent.close()
})
