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

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const settings = RouterFile.shape.breaker.parse(undefined)
const logger = createLogger({ service: 'test', level: 'silent' })
let redis: TestRedis
let proxy: RedisProxy
let releases: (() => unknown)[]

beforeEach(async () => {
  // Seconds pass when a test says so, for all replicas; everything else takes the time it takes.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  redis = await createTestRedis()
  proxy = await startRedisProxy(redis.url)
  releases = [() => redis.close(), () => proxy.close()]
})
afterEach(async () => {
  for (const release of releases.toReversed()) await release()
  vi.useRealTimers()
})

const second = (): unknown => vi.advanceTimersByTime(1_000)

/** Second after second, until it does not throw. */
function inSeconds<T>(check: () => T): Promise<T> {
  return eventually(() => {
    try {
      return check()
    } catch (error) {
      second()
      throw error
    }
  })
}

interface Replica {
  readonly breakers: Breakers
  readonly coordination: Coordination
  readonly nowMs: () => number
  /** Its clock stands still but for this. */
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
  let now = 1_000_000
  const nowMs = (): number => now
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
  return { breakers, coordination, nowMs, pass: (ms) => void (now += ms) }
}

function call({ breakers }: Replica, outcome: Parameters<BreakerPermit['settle']>[0]): void {
  breakers.admit('a', true)!.settle(outcome)
}

function open(replica: Replica): void {
  for (let made = 0; made < 5; made++) call(replica, 'failure')
  expect(stateAt(replica)).toBe('open')
}

const stateAt = ({ breakers }: Replica): string => breakers.view('a').state
/** By the messages that replicas send each other. */
const hears = (replica: Replica, state: string): Promise<void> =>
  eventually(() => expect(stateAt(replica)).toBe(state))
/** By looking every second. */
const finds = (replica: Replica, state: string): Promise<void> =>
  inSeconds(() => expect(stateAt(replica)).toBe(state))

function becomeDue(...replicas: Replica[]): void {
  for (const { breakers, nowMs, pass } of replicas) {
    pass(Math.max(0, breakers.view('a').openUntilMs! - nowMs()))
  }
}

/** The first of them that is allowed to probe. */
function probeAtAny(...replicas: Replica[]): Promise<{ at: Replica; permit: BreakerPermit }> {
  return inSeconds(() => {
    for (const at of replicas) {
      const permit = at.breakers.admit('a')
      if (permit !== undefined) return { at, permit }
    }
    throw new Error('nobody may probe')
  })
}

const mayProbe = ({ breakers }: Replica): boolean => breakers.view('a').weight > 0
const goesAway = ({ coordination }: Replica): Promise<void> =>
  eventually(() => expect(coordination.isConnected).toBe(false))
const kept = (): Promise<string | null> => redis.client.hget('router:breakers:standings', 'a')
const lease = (): Promise<string | null> => redis.client.hget('router:breakers:probes', 'a')

test('what opens at one replica is open at all at once, for as long', async () => {
  const [one, two] = [await replica(), await replica()]
  open(one)
  await hears(two, 'open')
  expect(two.breakers.admit('a')).toBeUndefined()
  const [here, there] = [one, two].map(({ breakers }) => breakers.view('a').openUntilMs!)
  expect(Math.abs(here! - there!)).toBeLessThan(5_000)
})

test('a replica that missed the message finds it in Redis, and so does one that starts', async () => {
  const [one, deaf] = [await replica(), await replica({ deaf: true })]
  open(one)
  await eventually(async () => expect(await kept()).not.toBeNull())
  await hears(await replica({ deaf: true }), 'open')
  expect(stateAt(deaf)).toBe('closed')
  await finds(deaf, 'open')
})

test('one probe in the cluster; two good ones close it everywhere', async () => {
  const [one, two] = [await replica({ deaf: true }), await replica({ deaf: true })]
  open(one)
  await finds(two, 'open')
  becomeDue(one, two)
  const first = await probeAtAny(one, two)
  expect(first.permit.probe).toBe(true)
  const other = first.at === one ? two : one
  await finds(other, 'half-open')
  // To know that, it has asked Redis for the right to probe as well.
  expect([one, two].map(({ breakers }) => breakers.admit('a'))).toEqual([undefined, undefined])
  first.permit.settle('success')
  first.at.breakers.admit('a')!.settle('success')
  expect(stateAt(first.at)).toBe('ramping')
  await finds(other, 'ramping')
  await eventually(async () => expect(await lease()).toBeNull())
})

test('the right to probe is renewed as long as the probe runs', async () => {
  const one = await replica()
  open(one)
  becomeDue(one)
  await probeAtAny(one)
  const before = await lease()
  await eventually(async () => {
    second()
    const now = await lease()
    expect(now).not.toBeNull()
    expect(now! > before!).toBe(true)
  })
})

test('a failed probe opens it again everywhere, for longer', async () => {
  const [one, two] = [await replica(), await replica()]
  open(one)
  await hears(two, 'open')
  becomeDue(one, two)
  const { permit } = await probeAtAny(one, two)
  permit.settle('failure')
  await eventually(() => {
    for (const { breakers, nowMs } of [one, two]) {
      expect(breakers.view('a').openUntilMs! - nowMs()).toBeGreaterThan(45_000)
    }
  })
})

test('where nobody calls at the replica that may probe, another one goes on', async () => {
  const [one, two] = [await replica(), await replica()]
  await inSeconds(() => expect(one.coordination.replicaCount).toBe(2))
  open(one)
  await hears(two, 'open')
  becomeDue(one, two)
  const first = await probeAtAny(one, two)
  first.permit.settle('success')
  const other = first.at === one ? two : one
  await finds(other, 'half-open')
  for (const { pass } of [one, two]) pass(5_000)
  const second = await probeAtAny(other)
  expect(second.permit.probe).toBe(true)
  second.permit.settle('success')
  expect(stateAt(other)).toBe('ramping')
})

test('a replica that dies with the right to probe loses it', async () => {
  const [one, two] = [await replica(), await replica()]
  open(one)
  await hears(two, 'open')
  becomeDue(one, two)
  const { at } = await probeAtAny(one, two)
  at.breakers.close()
  // What takes ten seconds otherwise.
  await redis.client.del('router:breakers:probes')
  const { permit } = await probeAtAny(at === one ? two : one)
  expect(permit.probe).toBe(true)
})

test('failure rates are those of the cluster', async () => {
  const [one, two] = [await replica(), await replica()]
  for (const each of [one, two]) {
    for (let made = 0; made < 12; made++) call(each, made % 2 === 0 ? 'failure' : 'success')
    expect(stateAt(each)).toBe('closed')
  }
  second()
  await Promise.all([hears(one, 'open'), hears(two, 'open')])
})

test('a replica hears of the calls that went well elsewhere, where some fail', async () => {
  const [one, two] = [await replica(), await replica()]
  for (let made = 0; made < 400; made++) call(two, 'success')
  for (let made = 0; made < 40; made++) call(one, made === 0 ? 'failure' : 'success')
  expect(stateAt(one)).toBe('reduced')
  await inSeconds(() => {
    for (const { breakers } of [one, two]) {
      expect(breakers.view('a')).toMatchObject({ state: 'closed', calls: 440 })
    }
  })
})

test('while Redis is away each goes on alone; what happened meanwhile is shared afterwards', async () => {
  const [one, two] = [await replica({ url: proxy.url }), await replica()]
  open(two)
  await hears(one, 'open')
  await proxy.cut()
  await goesAway(one)
  becomeDue(one)
  for (let probes = 0; probes < 2; probes++) {
    const permit = one.breakers.admit('a')!
    expect(permit.probe).toBe(true)
    permit.settle('success')
  }
  expect(stateAt(one)).toBe('ramping')
  expect(stateAt(two)).toBe('open')
  await proxy.restore()
  await finds(two, 'ramping')
})

test('calls that failed while Redis was away are told when it is back', async () => {
  const [one, two] = [await replica({ url: proxy.url }), await replica()]
  await proxy.cut()
  await goesAway(one)
  call(one, 'failure')
  second()
  await proxy.restore()
  await inSeconds(() => expect(two.breakers.view('a').calls).toBe(1))
})

test('of those who could each probe while Redis was away, one keeps the right', async () => {
  const both = [await replica({ url: proxy.url }), await replica({ url: proxy.url })]
  open(both[0]!)
  await hears(both[1]!, 'open')
  await proxy.cut()
  await Promise.all(both.map(goesAway))
  becomeDue(...both)
  expect(both.map(mayProbe)).toEqual([true, true])
  await proxy.restore()
  await inSeconds(() => expect(both.filter(mayProbe)).toHaveLength(1))
})

test('a Redis that lost everything is told again when it is back', async () => {
  const one = await replica({ url: proxy.url })
  open(one)
  await eventually(async () => expect(await kept()).not.toBeNull())
  await proxy.cut()
  await goesAway(one)
  await redis.client.flushdb()
  await proxy.restore()
  await eventually(async () => expect(await kept()).not.toBeNull())
})

test('a Redis that lost everything unnoticed is told again within ten seconds', async () => {
  const one = await replica()
  open(one)
  await eventually(async () => expect(await kept()).not.toBeNull())
  await redis.client.flushdb()
  for (let passed = 0; passed < 10; passed++) second()
  await eventually(async () => expect(await kept()).not.toBeNull())
})

test('whoever was away reads everything that is kept, whatever the clock of that Redis says', async () => {
  const one = await replica({ url: proxy.url, deaf: true })
  open(one)
  await eventually(async () => expect(await kept()).not.toBeNull())
  await proxy.cut()
  await goesAway(one)
  const version = Date.now() * 1_000 + 60_000_000
  await redis.client.hset('router:breakers:standings', 'a', `${version} ${Date.now()} closed 1 2`)
  await redis.client.zadd('router:breakers:changes', 1, 'a')
  await proxy.restore()
  await finds(one, 'ramping')
})
