import { createLogger } from '@brainlyx/service-kit'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RouterFile } from '../config/router-file.ts'
import { connectCoordination } from '../coordination/connect-coordination.ts'
import type { Coordination } from '../coordination/coordination.ts'
import { startRedisProxy } from '../coordination/redis-proxy.ts'
import type { RedisProxy } from '../coordination/redis-proxy.ts'
import type { BreakerPermit, Breakers } from './breakers.ts'
import { createBreakers } from './create-breakers.ts'

// Replicas look for news every second, and a machine that has much else to do is late.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const settings = RouterFile.shape.breaker.parse(undefined)
const logger = createLogger({ service: 'test', level: 'silent' })
let redis: TestRedis
let proxy: RedisProxy
let releases: (() => unknown)[]

beforeEach(async () => {
  redis = await createTestRedis()
  proxy = await startRedisProxy(redis.url)
  releases = [() => redis.close(), () => proxy.close()]
})
afterEach(async () => {
  for (const release of releases.toReversed()) await release()
})

interface Replica {
  readonly breakers: Breakers
  readonly coordination: Coordination
  readonly nowMs: () => number
  /** Time that passes there without anybody waiting for it. */
  pass(ms: number): void
}

/** @param options.deaf hears no messages, and so has only what Redis keeps */
async function replica(options: { url?: string; deaf?: boolean } = {}): Promise<Replica> {
  const { url = redis.url, deaf = false } = options
  const coordination = connectCoordination({ redisUrl: url, logger })
  const heard: Coordination = deaf
    ? new Proxy(coordination, {
        get: (target, key) =>
          key === 'subscribe' ? () => () => {} : (Reflect.get(target, key) as unknown),
      })
    : coordination
  let aheadMs = 0
  const nowMs = (): number => performance.now() + aheadMs
  const breakers = createBreakers({
    settings: () => settings,
    nowMs,
    random: Math.random,
    coordination: heard,
  })
  releases.push(
    () => coordination.close(),
    () => breakers.close(),
  )
  await eventually(() => expect(coordination.isConnected).toBe(true))
  return { breakers, coordination, nowMs, pass: (ms) => void (aheadMs += ms) }
}

function call({ breakers }: Replica, outcome: Parameters<BreakerPermit['settle']>[0]): void {
  breakers.admit('a', true)!.settle(outcome)
}

function open(replica: Replica): void {
  for (let made = 0; made < 5; made++) call(replica, 'failure')
  expect(stateAt(replica)).toBe('open')
}

const stateAt = ({ breakers }: Replica): string => breakers.view('a').state
const reaches = (replica: Replica, state: string): Promise<void> =>
  eventually(() => expect(stateAt(replica)).toBe(state))

function becomeDue(...replicas: Replica[]): void {
  for (const { breakers, nowMs, pass } of replicas) {
    pass(Math.max(0, breakers.view('a').openUntilMs! - nowMs()))
  }
}

/** The first of them that is allowed to probe. */
function probeAtAny(...replicas: Replica[]): Promise<{ at: Replica; permit: BreakerPermit }> {
  return eventually(() => {
    for (const at of replicas) {
      const permit = at.breakers.admit('a')
      if (permit !== undefined) return { at, permit }
    }
    throw new Error('nobody may probe')
  })
}

test('what opens at one replica is open at all, for as long', async () => {
  const [one, two] = [await replica(), await replica()]
  open(one)
  await reaches(two, 'open')
  expect(two.breakers.admit('a')).toBeUndefined()
  const [here, there] = [one, two].map(({ breakers }) => breakers.view('a').openUntilMs!)
  expect(Math.abs(here! - there!)).toBeLessThan(5_000)
})

test('a replica that missed the message learns it from Redis, and so does one that starts', async () => {
  const [one, deaf] = [await replica(), await replica({ deaf: true })]
  open(one)
  await reaches(deaf, 'open')
  await reaches(await replica({ deaf: true }), 'open')
})

test('one probe in the cluster; two good ones close it everywhere', async () => {
  const [one, two] = [await replica({ deaf: true }), await replica({ deaf: true })]
  open(one)
  await reaches(two, 'open')
  becomeDue(one, two)
  const first = await probeAtAny(one, two)
  expect(first.permit.probe).toBe(true)
  const other = first.at === one ? two : one
  // That it knows means that it has asked Redis since, and was refused what it asked for.
  await reaches(other, 'half-open')
  expect([one, two].map(({ breakers }) => breakers.admit('a'))).toEqual([undefined, undefined])
  first.permit.settle('success')
  const second = await probeAtAny(first.at)
  second.permit.settle('success')
  expect(stateAt(first.at)).toBe('ramping')
  await reaches(other, 'ramping')
  expect(await redis.client.hlen('router:breakers:probes')).toBe(0)
})

test('a failed probe opens it again everywhere, for longer', async () => {
  const [one, two] = [await replica(), await replica()]
  open(one)
  await reaches(two, 'open')
  becomeDue(one, two)
  const { permit } = await probeAtAny(one, two)
  permit.settle('failure')
  await eventually(() => {
    for (const { breakers, nowMs } of [one, two]) {
      expect(breakers.view('a').openUntilMs! - nowMs()).toBeGreaterThan(45_000)
    }
  })
})

test('where nobody calls at the replica that may probe, another one may', async () => {
  const [one, two] = [await replica(), await replica()]
  await eventually(() => expect(two.coordination.replicaCount).toBe(2))
  open(one)
  await reaches(two, 'open')
  becomeDue(one, two)
  const holder = await eventually(() => {
    const found = [one, two].find(({ breakers }) => breakers.view('a').weight > 0)
    expect(found).toBeDefined()
    return found!
  })
  const other = holder === one ? two : one
  for (const { pass } of [one, two]) pass(5_000)
  const { permit } = await probeAtAny(other)
  expect(permit.probe).toBe(true)
})

test('a replica that dies with the right to probe loses it', async () => {
  const [one, two] = [await replica(), await replica()]
  open(one)
  await reaches(two, 'open')
  becomeDue(one, two)
  const { at } = await probeAtAny(one, two)
  const survivor = at === one ? two : one
  at.breakers.close()
  // What it would take ten seconds to see: the lease runs out.
  await redis.client.del('router:breakers:probes')
  const { permit } = await probeAtAny(survivor)
  expect(permit.probe).toBe(true)
})

test('failure rates are those of the cluster', async () => {
  const [one, two] = [await replica(), await replica()]
  for (const each of [one, two]) {
    for (let made = 0; made < 12; made++) call(each, made % 2 === 0 ? 'failure' : 'success')
    expect(stateAt(each)).toBe('closed')
  }
  await Promise.all([reaches(one, 'open'), reaches(two, 'open')])
})

test('a replica hears of the calls that went well elsewhere, where some fail', async () => {
  const [one, two] = [await replica(), await replica()]
  for (let made = 0; made < 400; made++) call(two, 'success')
  for (let made = 0; made < 40; made++) call(one, made % 40 === 0 ? 'failure' : 'success')
  expect(stateAt(one)).toBe('reduced')
  await eventually(() => {
    expect(one.breakers.view('a')).toMatchObject({ state: 'closed', calls: 440 })
    expect(two.breakers.view('a')).toMatchObject({ state: 'closed', calls: 440 })
  })
})

test('while Redis is away each goes on alone; what happened meanwhile is shared afterwards', async () => {
  const [one, two] = [await replica({ url: proxy.url }), await replica()]
  open(two)
  await reaches(one, 'open')
  await proxy.cut()
  await eventually(() => expect(one.coordination.isConnected).toBe(false))
  becomeDue(one)
  for (let probes = 0; probes < 2; probes++) {
    const permit = one.breakers.admit('a')!
    expect(permit.probe).toBe(true)
    permit.settle('success')
  }
  expect(stateAt(one)).toBe('ramping')
  expect(stateAt(two)).toBe('open')
  await proxy.restore()
  await reaches(two, 'ramping')
})

test('a Redis that lost everything is told again by those who know', async () => {
  const one = await replica({ url: proxy.url })
  open(one)
  await reaches(await replica({ deaf: true }), 'open')
  await proxy.cut()
  await redis.client.flushdb()
  await proxy.restore()
  await reaches(await replica({ deaf: true }), 'open')
})

test('what another program has left in its place in Redis disturbs nothing', async () => {
  await redis.client.hset('router:breakers:standings', 'a', 'nonsense')
  await redis.client.zadd('router:breakers:changes', 1, 'a')
  const [one, two] = [await replica({ deaf: true }), await replica({ deaf: true })]
  open(one)
  await reaches(two, 'open')
})
