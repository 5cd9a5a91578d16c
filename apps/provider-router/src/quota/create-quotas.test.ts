import { createLogger } from '@brainlyx/service-kit'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectCoordination } from '../coordination/connect-coordination.ts'
import { soleReplica } from '../coordination/coordination.ts'
import type { Coordination } from '../coordination/coordination.ts'
import { startRedisProxy } from '../coordination/redis-proxy.ts'
import type { RedisProxy } from '../coordination/redis-proxy.ts'
import { createQuotas } from './create-quotas.ts'
import { isReservation, scopeOf } from './quotas-under-test.ts'
import type { Quotas } from './quotas.ts'

let redis: TestRedis
let proxy: RedisProxy
let closing: (() => Promise<void> | void)[]
let logged: string[]
const logger = createLogger({
  service: 'test',
  level: 'info',
  destination: { write: (line) => void logged.push((JSON.parse(line) as { msg: string }).msg) },
})

beforeEach(async () => {
  redis = await createTestRedis()
  proxy = await startRedisProxy(redis.url)
  closing = []
  logged = []
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
  await proxy.close()
  await redis.close()
})

const nowMs = (): number => performance.now()

/** One replica, as in production, on connections of its own. */
function start(redisUrl: string): { coordination: Coordination; quotas: Quotas } {
  const coordination = connectCoordination({ redisUrl, logger })
  closing.push(() => coordination.close())
  const quotas = createQuotas({ coordination, nowMs, random: Math.random, logger })
  closing.push(() => quotas.close())
  return { coordination, quotas }
}

async function startTwo(): Promise<[ReturnType<typeof start>, ReturnType<typeof start>]> {
  const replicas: [ReturnType<typeof start>, ReturnType<typeof start>] = [
    start(redis.url),
    start(proxy.url),
  ]
  await eventually(() => {
    for (const { coordination } of replicas) expect(coordination.replicaCount).toBe(2)
    for (const { coordination } of replicas) expect(coordination.isConnected).toBe(true)
  })
  return replicas
}

const counted = async (kind: 'requests' | 'tokens'): Promise<number> =>
  Number(await redis.client.hget(`router:quota:{account}:${kind}`, 'total'))

test('what two replicas use ends up in one count', async () => {
  const [one, two] = await startTwo()
  const scope = scopeOf({ requestsPerMinute: 1_000, tokensPerMinute: 100_000, concurrency: 20 })
  const held = [one, two, two].map(({ quotas }) => quotas.reserve([scope], 100))
  expect(held.every(isReservation)).toBe(true)
  for (const each of held) if (isReservation(each)) each.settle(60)
  await eventually(async () => expect(await counted('requests')).toBeGreaterThanOrEqual(3))
  for (const { quotas } of [one, two]) quotas.close()
  await eventually(async () => {
    expect([await counted('requests'), await counted('tokens')]).toEqual([3, 180])
    expect(await redis.client.exists('router:quota:{account}:calls')).toBe(0)
  })
}, 30_000)

test('all replicas hear of a 429, and one that starts later as well', async () => {
  const [one, two] = await startTwo()
  const scope = scopeOf(undefined)
  await eventually(() => {
    one.quotas.pause(scope, 20_000)
    expect(two.quotas.refusal([scope], 1)).toMatchObject({ kind: 'paused' })
  })
  const three = start(redis.url)
  await eventually(() => expect(three.quotas.headroom([scope])).toBe(0))
  expect(three.quotas.reserve([scope], 1)).toMatchObject({ scopeId: 'account', kind: 'paused' })
}, 30_000)

test('a message that is no pause changes nothing', async () => {
  const [one, two] = await startTwo()
  const heard: unknown[] = []
  two.coordination.subscribe('quota-pause', (message) => heard.push(message))
  await eventually(() => {
    one.coordination.publish('quota-pause', { scopeId: 'account', leftMs: 'long', factor: 0 })
    expect(heard).not.toEqual([])
  })
  expect(two.quotas.refusal([scopeOf(undefined)], 1)).toBeUndefined()
}, 30_000)

test.each(['cut', 'freeze'] as const)(
  'when Redis is gone (%s) calls go on at once, and are counted when it is back',
  async (how) => {
    const [, two] = await startTwo()
    const scope = scopeOf({ requestsPerMinute: 10_000 })
    let admitted = 0
    const call = (): void => {
      if (isReservation(two.quotas.reserve([scope], 1))) admitted++
    }
    call()
    await eventually(async () => expect(await counted('requests')).toBeGreaterThan(0))
    await proxy[how]()
    // Also before anybody has noticed, and while commands hang.
    await eventually(() => {
      const before = admitted
      call()
      expect(admitted).toBe(before + 1)
      expect(two.coordination.isConnected).toBe(false)
    })
    for (let time = 0; time < 20_000; time++) call()
    expect(admitted).toBeGreaterThan(4_900)
    expect(admitted).toBeLessThanOrEqual(5_000 + 1)
    if (how === 'cut') await proxy.restore()
    else proxy.thaw()
    await eventually(async () => expect(await counted('requests')).toBe(admitted))
  },
  30_000,
)

test('without Redis one replica has the whole limit, and nothing is left behind', () => {
  const quotas = createQuotas({ coordination: soleReplica('one'), nowMs, random: Math.random })
  const scope = scopeOf({ requestsPerMinute: 50, concurrency: 60 })
  const held = Array.from({ length: 60 }, () => quotas.reserve([scope], 1))
  expect(held.filter(isReservation)).toHaveLength(50)
  quotas.close()
})
