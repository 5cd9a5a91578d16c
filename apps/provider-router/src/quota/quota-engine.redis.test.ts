import { createTestRedis } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { QuotaRefusal, QuotaScope, Reservation } from './quotas.ts'
import { isReservation, mostInAMinute, quotasUnderTest, scopeOf } from './quotas-under-test.ts'
import type { QuotasUnderTest } from './quotas-under-test.ts'
import { redisBooks } from './shared/redis-books.ts'

const LIMIT = 10_000
const STEP_MS = 10

let redis: TestRedis
beforeAll(async () => {
  redis = await createTestRedis()
})
afterAll(() => redis.close())
beforeEach(async () => {
  await redis.client.flushdb()
})

/** Park and Miller's generator: the same numbers each time. */
function seeded(): () => number {
  let state = 4_711
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

const random = seeded()

/** Replicas on a real Redis, in the test's time, and a switch for each that takes Redis from it. */
function onRedis(replicas = 2): QuotasUnderTest & { away: boolean[] } {
  const away = Array.from({ length: replicas }, () => false)
  const connections = away.map((_away, index) => ({
    replicaId: `replica-${index}`,
    get redis() {
      return away[index] === true ? undefined : redis.client
    },
  }))
  const world = quotasUnderTest({
    replicas,
    random,
    books: (index, sharedNowMs) => redisBooks(connections[index]!, sharedNowMs),
  })
  return { ...world, away }
}

/** Replicas get so many calls a second. @returns when each had one admitted */
async function load(
  world: QuotasUnderTest,
  scope: QuotaScope,
  perSecond: readonly number[],
  ms: number,
): Promise<number[][]> {
  const admitted = perSecond.map((): number[] => [])
  const due = perSecond.map(() => 0)
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    for (const [index, rate] of perSecond.entries()) {
      due[index]! += (rate * STEP_MS) / 1_000
      for (; due[index]! >= 1; due[index]!--) {
        const held = world.replicas[index]!.reserve([scope], 1)
        if (isReservation(held)) admitted[index]!.push(world.nowMs())
      }
    }
    await world.pass(STEP_MS)
  }
  return admitted
}

function most(...phases: readonly number[][][]): number {
  const times = phases.flat(2).toSorted((a, b) => a - b)
  return mostInAMinute(times.map((atMs) => ({ atMs, amount: 1 })))
}

function reserve(
  world: QuotasUnderTest,
  replica: number,
  scope: QuotaScope,
  tokens = 1,
): Reservation {
  const held = world.replicas[replica]!.reserve([scope], tokens)
  if (!isReservation(held)) throw new Error(`refused: ${JSON.stringify(held)}`)
  return held
}

function refused(
  world: QuotasUnderTest,
  replica: number,
  scope: QuotaScope,
  tokens = 1,
): QuotaRefusal | undefined {
  const held = world.replicas[replica]!.reserve([scope], tokens)
  return isReservation(held) ? undefined : held
}

test('two replicas that want more than the limit use all but 3 % of it, the busier one more', async () => {
  const world = onRedis()
  const scope = scopeOf({ requestsPerMinute: LIMIT })
  const filling = await load(world, scope, [120, 40], 60_000)
  const used = await load(world, scope, [300, 100], 120_000)
  expect(most(filling, used)).toBeLessThanOrEqual(LIMIT)
  const [one, two] = used.map(({ length }) => length / 2) as [number, number]
  expect(one + two).toBeGreaterThan(0.97 * LIMIT)
  expect(one / two).toBeGreaterThan(2)
  expect(one / two).toBeLessThan(6)
}, 60_000)

test('when one replica has nothing more to do, the other gets what it leaves', async () => {
  const world = onRedis()
  const scope = scopeOf({ requestsPerMinute: LIMIT })
  const both = await load(world, scope, [200, 200], 90_000)
  await load(world, scope, [200, 0], 60_000)
  const [alone] = (await load(world, scope, [200, 0], 60_000)) as [number[], number[]]
  expect(Math.max(...both.map(({ length }) => length))).toBeLessThan(12_000)
  expect(alone.length).toBeGreaterThan(0.97 * LIMIT)
}, 60_000)

test('Redis goes under load and comes back: never more than half a second of leases above the limit', async () => {
  const world = onRedis()
  const scope = scopeOf({ requestsPerMinute: LIMIT })
  const rates = [300, 100]
  const before = await load(world, scope, rates, 90_000)
  world.away.fill(true)
  const first = await load(world, scope, rates, 60_000)
  const second = await load(world, scope, rates, 60_000)
  world.away.fill(false)
  const after = await load(world, scope, rates, 60_000)
  const leased = (rates[0]! + rates[1]!) / 2
  expect(most(before, first, second, after)).toBeLessThanOrEqual(LIMIT + leased)
  // What they had used themselves, and then the fair share of either.
  expect(first.map(({ length }) => length)).toEqual([LIMIT / 2, expect.any(Number)])
  expect(first[1]!.length).toBeGreaterThan(LIMIT / 5)
  for (const { length } of second) expect(length).toBeGreaterThan(0.98 * (LIMIT / 2))
  expect(after.flat().length).toBeGreaterThan(0.9 * LIMIT)
}, 60_000)

test('a replica that alone has lost Redis adds its fair share at most', async () => {
  const world = onRedis()
  const scope = scopeOf({ requestsPerMinute: LIMIT })
  const before = await load(world, scope, [300, 0], 70_000)
  world.away[1] = true
  const during = await load(world, scope, [300, 300], 70_000)
  world.away[1] = false
  const after = await load(world, scope, [300, 300], 70_000)
  expect(during[1]!.length).toBeGreaterThan(0.9 * (LIMIT / 2))
  expect(most(before, during, after)).toBeLessThanOrEqual(LIMIT + LIMIT / 2)
}, 60_000)

test('the first call of a replica is admitted at once; a full limit is exceeded by one call of each at most', async () => {
  const world = onRedis()
  const scope = scopeOf({ requestsPerMinute: 3 })
  reserve(world, 0, scope)
  await world.exchange()
  reserve(world, 1, scope)
  await world.exchange()
  let admitted = 2
  for (const replica of [0, 1, 0, 1, 0, 1]) {
    if (refused(world, replica, scope) === undefined) admitted++
    await world.exchange()
  }
  expect(admitted).toBeGreaterThanOrEqual(3)
  expect(admitted).toBeLessThanOrEqual(5)
  const refusal = refused(world, 1, scope)!
  expect(refusal).toMatchObject({ scopeId: 'account', kind: 'requests' })
  expect(refusal.retryAfterMs).toBeGreaterThan(60_000)
  expect(refusal.retryAfterMs).toBeLessThan(62_000)
  await world.pass(refusal.retryAfterMs)
  reserve(world, 1, scope)
})

test('one replica alone uses the whole limit at once, and no more', async () => {
  const world = onRedis(1)
  const scope = scopeOf({ requestsPerMinute: 100 })
  for (let call = 0; call < 100; call++) reserve(world, 0, scope)
  expect(refused(world, 0, scope)).toMatchObject({ kind: 'requests' })
  await world.exchange()
  expect(refused(world, 0, scope)).toMatchObject({ kind: 'requests' })
})

test('tokens that were not used are there again, and those above the estimate are missing', async () => {
  const world = onRedis()
  const scope = scopeOf({ tokensPerMinute: 10_000 })
  const first = reserve(world, 0, scope, 9_000)
  reserve(world, 1, scope, 10)
  await world.pass(1_000)
  expect(refused(world, 1, scope, 5_000)).toMatchObject({ kind: 'tokens' })
  first.settle(1_000)
  await world.pass(1_000)
  const second = reserve(world, 1, scope, 5_000)
  await world.pass(1_000)
  second.settle(9_000)
  await world.pass(1_000)
  // It was not told yet, and may take one call for granted.
  world.replicas[0]!.reserve([scope], 500)
  await world.exchange()
  expect(refused(world, 0, scope, 500)).toMatchObject({ kind: 'tokens' })
  expect(world.replicas[0]!.headroom([scope])).toBeLessThan(0.01)
})

test('short calls with high estimates hardly keep others from the tokens that they give back', async () => {
  const world = onRedis()
  const scope = scopeOf({ tokensPerMinute: 3_000 })
  let admitted = 0
  for (let turn = 0; turn < 100; turn++) {
    const held = world.replicas[turn % 2]!.reserve([scope], 520)
    await world.pass(5)
    if (!isReservation(held)) continue
    held.settle(60)
    admitted++
  }
  expect(admitted * 60).toBeGreaterThan(2_000)
  expect(admitted * 60).toBeLessThanOrEqual(3_000)
})

test('calls that never reached the provider give their requests back', async () => {
  const world = onRedis()
  const scope = scopeOf({ requestsPerMinute: 100 })
  const exhaust = async (): Promise<Reservation[]> => {
    const held: Reservation[] = []
    for (let round = 0; round < 200; round++) {
      const room = world.replicas[round % 2]!.reserve([scope], 1)
      if (isReservation(room)) held.push(room)
      await world.pass(10)
    }
    return held
  }
  const first = await exhaust()
  expect(first.length).toBeGreaterThan(97)
  expect(first.length).toBeLessThanOrEqual(100)
  for (const call of first.slice(0, 10)) call.settle(undefined)
  const second = await exhaust()
  expect(second.length).toBeGreaterThan(7)
  expect(first.length - 10 + second.length).toBeLessThanOrEqual(100)
})

test('an estimate above the limit counts as all of it', async () => {
  const world = onRedis()
  const scope = scopeOf({ tokensPerMinute: 1_000 })
  reserve(world, 0, scope, 5_000)
  await world.exchange()
  expect(await redis.client.hget('router:quota:{account}:tokens', 'total')).toBe('990')
  expect(refused(world, 0, scope, 1)).toMatchObject({ kind: 'tokens' })
})

test('of several scopes all are taken or none', async () => {
  const world = onRedis(1)
  const account = scopeOf({ requestsPerMinute: 10, concurrency: 10 })
  const model = scopeOf({ requestsPerMinute: 1 }, 'account/model')
  const [quotas] = world.replicas as [(typeof world.replicas)[0]]
  reserve(world, 0, model)
  for (let call = 0; call < 20; call++) {
    expect(quotas.reserve([account, model], 1)).toMatchObject({ scopeId: 'account/model' })
  }
  for (let call = 0; call < 10; call++) reserve(world, 0, account)
  expect(quotas.refusal([account, model], 1)).toMatchObject({ retryAfterMs: expect.any(Number) })
})

test('asking whether there is room takes none', async () => {
  const world = onRedis(1)
  const scope = scopeOf({ requestsPerMinute: 2, tokensPerMinute: 10, concurrency: 1 })
  const [quotas] = world.replicas as [(typeof world.replicas)[0]]
  for (let time = 0; time < 20; time++) expect(quotas.refusal([scope], 10)).toBeUndefined()
  expect(quotas.headroom([scope])).toBe(1)
  const held = reserve(world, 0, scope, 5)
  expect(quotas.headroom([scope])).toBe(0)
  expect(quotas.refusal([scope], 5)).toMatchObject({ kind: 'concurrency' })
  held.settle(5)
  expect(quotas.headroom([scope])).toBe(0.5)
})

test('once a scope is in use, a burst needs no answer', async () => {
  const world = onRedis()
  const scope = scopeOf({ requestsPerMinute: LIMIT })
  reserve(world, 0, scope)
  await world.exchange()
  for (let call = 0; call < 400; call++) reserve(world, 0, scope)
})

test('a replica that starts again under its name is not taken for what it was', async () => {
  const scope = scopeOf({ requestsPerMinute: 100 })
  for (const replicas of [onRedis(1), onRedis(1)]) {
    reserve(replicas, 0, scope)
    replicas.replicas[0]!.close()
    await replicas.exchange()
  }
  expect(await redis.client.hget('router:quota:{account}:requests', 'total')).toBe('2')
})

test('what leases were not used for is there for others within a second', async () => {
  const world = onRedis()
  const scope = scopeOf({ requestsPerMinute: LIMIT })
  await load(world, scope, [1_000, 0], 200)
  const held = await redis.client.hget('router:quota:{account}:requests', 'total')
  expect(Number(held)).toBeGreaterThan(200)
  await world.pass(4_000)
  expect(await redis.client.hget('router:quota:{account}:requests', 'total')).toBe('200')
})

test('a replica that closes leaves only what was used', async () => {
  const world = onRedis()
  const scope = scopeOf({ requestsPerMinute: 1_000, tokensPerMinute: 100_000, concurrency: 20 })
  const [first, second] = [reserve(world, 0, scope, 500), reserve(world, 0, scope, 500)]
  first.settle(100)
  await world.exchange()
  second.settle(200)
  world.replicas[0]!.close()
  await world.exchange()
  const total = (kind: string): Promise<string | null> =>
    redis.client.hget(`router:quota:{account}:${kind}`, 'total')
  expect([await total('requests'), await total('tokens')]).toEqual(['2', '300'])
  expect(await redis.client.hgetall('router:quota:{account}:calls')).toEqual({})
})

test('a Redis that comes back empty is told of the last minute', async () => {
  const world = onRedis()
  const scope = scopeOf({ requestsPerMinute: LIMIT })
  const before = await load(world, scope, [100, 100], 30_000)
  await redis.client.flushdb()
  const after = await load(world, scope, [200, 200], 30_000)
  const leased = 200
  expect(most(before, after)).toBeLessThanOrEqual(LIMIT + leased)
}, 60_000)

test('calls at once are shared as they are needed, and a dead replica gives its slots up in seconds', async () => {
  const world = onRedis()
  const scope = scopeOf({ concurrency: 20 })
  const fill = async (replica: number): Promise<Reservation[]> => {
    const held: Reservation[] = []
    for (let time = 0; time < 25; time++) {
      const room = world.replicas[replica]!.reserve([scope], 1)
      if (isReservation(room)) held.push(room)
      await world.pass(100)
    }
    return held
  }
  const ofFirst = await fill(0)
  expect(ofFirst.length).toBeGreaterThanOrEqual(18)
  const ofSecond = await fill(1)
  expect(ofFirst.length + ofSecond.length).toBeLessThanOrEqual(20)
  // Both want more now: as calls end, the second comes to its share.
  for (let round = 0; round < 50; round++) {
    for (const [replica, held] of [ofFirst, ofSecond].entries()) {
      held.shift()?.settle(1)
      for (let time = 0; time < 2; time++) {
        const room = world.replicas[replica]!.reserve([scope], 1)
        if (isReservation(room)) held.push(room)
      }
    }
    expect(ofFirst.length + ofSecond.length).toBeLessThanOrEqual(20)
    await world.pass(100)
  }
  expect(ofSecond.length).toBeGreaterThanOrEqual(8)
  // The second says nothing any more, as if it were dead.
  world.away[1] = true
  await world.pass(3_500)
  ofFirst.push(...(await fill(0)))
  expect(ofFirst.length).toBeGreaterThanOrEqual(18)
})

test('a pause reaches a replica that missed the message, and then less is allowed for a while', async () => {
  const world = onRedis()
  const scope = scopeOf({ requestsPerMinute: 100 })
  world.replicas[0]!.pause(scope, 2_000)
  const books = redisBooks({ replicaId: 'replica-0', redis: redis.client }, world.sharedNowMs)
  await books.record(world.told[0]![0]!)
  await world.replicas[1]!.exchange(true)
  expect(refused(world, 1, scope)).toEqual({
    scopeId: 'account',
    kind: 'paused',
    retryAfterMs: 2_000,
  })
  expect(world.replicas[1]!.headroom([scope])).toBe(0)
  await world.pass(2_000)
  let admitted = 0
  for (let time = 0; time < 200; time++) {
    if (refused(world, 1, scope) === undefined) admitted++
    await world.pass(10)
  }
  expect(admitted).toBeGreaterThan(65)
  expect(admitted).toBeLessThan(75)
})

test('where no limit is known, as many calls less are made after a 429 as the rate is lowered', async () => {
  const world = onRedis(1)
  const scope = scopeOf(undefined)
  const calls = (): number => {
    let admitted = 0
    for (let time = 0; time < 1_000; time++) {
      if (refused(world, 0, scope) === undefined) admitted++
    }
    return admitted
  }
  expect(calls()).toBe(1_000)
  world.replicas[0]!.pause(scope, 1_000)
  expect(calls()).toBe(0)
  await world.pass(1_000)
  const lowered = calls()
  expect(lowered).toBeGreaterThan(600)
  expect(lowered).toBeLessThan(800)
  await world.pass(20_000)
  expect(calls()).toBe(1_000)
})

test('what only the headers tell is left is shared by all replicas', async () => {
  const world = onRedis()
  const scope = scopeOf(undefined)
  reserve(world, 0, scope)
  const requests = { limit: 100, remaining: 40, resetMs: 600_000 }
  for (const { learn } of world.replicas) learn(scope, { requests })
  const admitted = await load(world, scope, [50, 50], 1_000)
  expect(admitted.flat().length).toBeLessThanOrEqual(41)
  expect(admitted.flat().length).toBeGreaterThanOrEqual(40)
})

test('a key that holds something else costs only its own scope the sharing', async () => {
  const world = onRedis()
  await redis.client.set('router:quota:{broken}:requests', 'not ours')
  const broken = scopeOf({ requestsPerMinute: 100 }, 'broken')
  const sound = scopeOf({ requestsPerMinute: 100 }, 'sound')
  const admitted = await load(world, broken, [10, 10], 20_000)
  expect(admitted.map(({ length }) => length)).toEqual([50, 50])
  const shared = await load(world, sound, [10, 0], 20_000)
  expect(shared[0]!.length).toBeGreaterThan(97)
})
