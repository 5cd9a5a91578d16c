import { createLogger } from '@brainlyx/service-kit'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { connectCoordination } from './connect-coordination.ts'
import { retryDelayMs } from './connection-options.ts'
import type { Coordination } from './coordination.ts'
import { startRedisProxy } from './redis-proxy.ts'
import type { RedisProxy } from './redis-proxy.ts'

// Some of it takes seconds on an idle machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let redis: TestRedis
let proxy: RedisProxy
let opened: Coordination[]
let logged: string[]
const logger = createLogger({
  service: 'test',
  level: 'info',
  destination: { write: (line) => void logged.push((JSON.parse(line) as { msg: string }).msg) },
})

beforeEach(async () => {
  redis = await createTestRedis()
  proxy = await startRedisProxy(redis.url)
  opened = []
  logged = []
})
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(opened.map((each) => each.close()))
  await proxy.close()
  await redis.close()
})

function connect(redisUrl: string, replicaId?: string): Coordination {
  const coordination = connectCoordination({ redisUrl, logger, replicaId })
  opened.push(coordination)
  return coordination
}
const connected = (coordination: Coordination): Promise<void> =>
  eventually(() => expect(coordination.isConnected).toBe(true))
const away = (coordination: Coordination): Promise<void> =>
  eventually(() => expect(coordination.isConnected).toBe(false))

/** Says it until it is heard: a subscription may still be on its way. */
async function deliver(from: Coordination, topic: string, heard: unknown[]): Promise<void> {
  await eventually(() => {
    from.publish(topic, { id: 'd-1' })
    expect(heard).toContainEqual({ id: 'd-1' })
  })
}

test('a message reaches the other replicas and never the one that sent it', async () => {
  const [one, two, three] = [connect(redis.url), connect(redis.url), connect(redis.url)]
  const heard: Record<string, unknown[]> = { one: [], two: [], three: [] }
  one.subscribe('news', (message) => heard['one']!.push(message))
  two.subscribe('news', (message) => heard['two']!.push(message))
  three.subscribe('news', (message) => heard['three']!.push(message))
  two.subscribe('other news', (message) => heard['two']!.push(message))
  await Promise.all([one, two, three].map(connected))
  one.publish('news', { first: true })
  two.publish('news', 'second')
  await eventually(() => {
    expect(heard['two']).toEqual([{ first: true }])
    expect(heard['one']).toEqual(['second'])
    expect(heard['three']).toHaveLength(2)
  })
  expect(new Set([one, two, three].map(({ replicaId }) => replicaId)).size).toBe(3)
})

test('a listener that has ended hears nothing, one that throws disturbs no other', async () => {
  const [one, two] = [connect(redis.url), connect(redis.url)]
  const heard: unknown[] = []
  const end = two.subscribe('news', () => heard.push('ended too late'))
  two.subscribe('news', () => {
    throw new Error('broken')
  })
  two.subscribe('news', (message) => heard.push(message))
  end()
  await Promise.all([one, two].map(connected))
  one.publish('news', 1)
  await eventually(() => expect(heard).toEqual([1]))
  expect(logged).toContain('a message from another replica could not be handled')
})

test('what is not JSON, or not ours, is left aside', async () => {
  const one = connect(redis.url)
  const heard: unknown[] = []
  one.subscribe('news', (message) => heard.push(message))
  await connected(one)
  const channel = `router:${new URL(redis.url).pathname.slice(1)}:news`
  for (const text of ['{', 'null', '{"from":"two","message":7}']) {
    await redis.client.publish(channel, text)
  }
  await eventually(() => expect(heard).toEqual([7]))
})

test('who shares the server by database number is not heard', async () => {
  const here = connect(redis.url)
  const other = await createTestRedis()
  const there = connect(other.url)
  const [heardHere, heardThere]: unknown[][] = [[], []]
  here.subscribe('news', (message) => heardHere!.push(message))
  there.subscribe('news', (message) => heardThere!.push(message))
  await Promise.all([here, there].map(connected))
  there.publish('news', 'from there')
  const sibling = connect(redis.url)
  await deliver(sibling, 'news', heardHere!)
  expect(heardHere).not.toContain('from there')
  expect(heardThere).toEqual([])
  await other.close()
})

test('replicas are counted, and one that closes is counted no longer', async () => {
  const [one, two] = [connect(redis.url), connect(redis.url)]
  await eventually(() => expect([one.replicaCount, two.replicaCount]).toEqual([2, 2]))
  await two.close()
  expect(await redis.client.zscore('router:replicas', two.replicaId)).toBeNull()
  await eventually(() => expect(one.replicaCount).toBe(1))
})

test('one that vanished without a word is counted no longer', async () => {
  const [seconds] = await redis.client.time()
  await redis.client.zadd('router:replicas', Number(seconds) * 1_000 - 4_000, 'vanished')
  const one = connect(redis.url)
  await eventually(() => expect(one.replicaCount).toBe(2))
  await eventually(() => expect(one.replicaCount).toBe(1))
})

test('while nobody listens at the address everything returns at once', async () => {
  await proxy.cut()
  const one = connect(proxy.url)
  const onConnect = vi.fn()
  one.onConnect(onConnect)
  one.subscribe('news', () => {})
  one.publish('news', 1)
  expect(one).toMatchObject({ isConnected: false, replicaCount: 1, redis: undefined })
  await eventually(() => expect(logged).toHaveLength(1))
  expect(onConnect).not.toHaveBeenCalled()
  await proxy.restore()
  await connected(one)
  expect(onConnect).toHaveBeenCalledTimes(1)
  expect(await one.redis!.set('a', 1)).toBe('OK')
})

test('an outage is said once, its end once, and subscriptions survive it', async () => {
  const [one, two] = [connect(proxy.url), connect(redis.url)]
  const heard: unknown[] = []
  const onConnect = vi.fn()
  one.onConnect(onConnect)
  one.subscribe('news', (message) => heard.push(message))
  await eventually(() => expect(one.replicaCount).toBe(2))
  const { redis: held } = one
  await proxy.cut()
  await away(one)
  expect(one.redis).toBeUndefined()
  expect(one.replicaCount).toBe(2)
  await expect(held!.get('a')).rejects.toThrow('writeable')
  one.publish('news', 'into the void')
  await proxy.restore()
  await connected(one)
  await deliver(two, 'news', heard)
  expect(logged).toEqual(['redis is away; this replica goes on by itself', 'redis is back'])
  expect(onConnect).toHaveBeenCalledTimes(2)
})

test('a Redis that falls silent counts as away, fails commands fast, and comes back', async () => {
  const one = connect(proxy.url)
  const heard: unknown[] = []
  one.subscribe('news', (message) => heard.push(message))
  await connected(one)
  const held = one.redis!
  proxy.freeze()
  await expect(held.get('a')).rejects.toThrow('timed out')
  await away(one)
  proxy.thaw()
  await connected(one)
  await deliver(connect(redis.url), 'news', heard)
})

test('one late answer is no outage, two are', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const one = connect(proxy.url)
  await connected(one)
  const { redis: held } = one
  proxy.slow(400)
  for (const stillConnected of [true, false]) {
    vi.advanceTimersByTime(1_000)
    // Asked after the heartbeat, and so given up after it.
    await expect(held!.get('a')).rejects.toThrow('timed out')
    expect(one.isConnected).toBe(stillConnected)
  }
  proxy.slow(0)
  await eventually(() => {
    vi.advanceTimersByTime(1_000)
    expect(one.isConnected).toBe(true)
  })
})

test('a Redis that refuses writes counts as away at once, until it takes them again', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  // A user of this test's own, who then may only read: as with a full disk or on a read-only replica.
  const user = randomUUID()
  const may = (...what: string[]): Promise<unknown> => redis.client.acl('SETUSER', user, ...what)
  await may('on', 'nopass', 'allkeys', 'allchannels', '+@all')
  const url = new URL(redis.url)
  url.username = user
  url.password = 'any'
  const one = connect(url.href)
  await connected(one)
  await may('-@write')
  vi.advanceTimersByTime(1_000)
  await away(one)
  expect(one.redis).toBeUndefined()
  await may('+@all')
  vi.advanceTimersByTime(1_000)
  await connected(one)
  await redis.client.acl('DELUSER', user)
})

test('whoever asks to be told of the connection is told at once where it is there, until the end', async () => {
  const one = connect(proxy.url)
  await connected(one)
  const [kept, ended] = [vi.fn(), vi.fn()]
  one.onConnect(kept)
  const end = one.onConnect(ended)
  expect([kept, ended].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  end()
  await proxy.cut()
  await away(one)
  await proxy.restore()
  await eventually(() => expect(kept).toHaveBeenCalledTimes(2))
  expect(ended).toHaveBeenCalledTimes(1)
})

test('closing returns also while Redis is silent, and leaves nothing behind', async () => {
  const one = connect(proxy.url)
  await connected(one)
  proxy.freeze()
  await one.close()
  expect(one).toMatchObject({ isConnected: false, redis: undefined })
  one.publish('news', 1)
  expect(logged).toEqual([])
})

test('reconnecting waits longer each time, two seconds at most, never all replicas the same', () => {
  expect([1, 2, 3].map((attempt) => retryDelayMs(attempt, 1))).toEqual([50, 100, 200])
  expect(retryDelayMs(1, 0)).toBe(25)
  expect(retryDelayMs(1_000, 1)).toBe(2_000)
  expect(retryDelayMs(1_000, 0)).toBe(1_000)
})
