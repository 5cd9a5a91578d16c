import { createLogger } from '@brainlyx/service-kit'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectCoordination } from '../coordination/connect-coordination.ts'
import { soleReplica } from '../coordination/coordination.ts'
import type { Coordination } from '../coordination/coordination.ts'
import { startRedisProxy } from '../coordination/redis-proxy.ts'
import { createDeploymentStates } from './deployment-states.ts'
import type { DeploymentStates } from './deployment-states.ts'
import { isNewer, readChanges, storeChange } from './stored-states.ts'
import type { StateChange } from './stored-states.ts'

const ID = 'openai/gpt-4.1'
const NEVER_MS = 2 ** 31 - 1
const logger = createLogger({ service: 'test', level: 'silent' })
let redis: TestRedis
let closing: (() => Promise<void> | void)[]
beforeEach(async () => {
  redis = await createTestRedis()
  closing = [() => redis.close()]
})
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
})

interface Replica {
  readonly coordination: Coordination
  readonly states: DeploymentStates
}

function statesOf(
  coordination: Coordination,
  options: { wallClockMs?: () => number; compareEveryMs?: number } = {},
): DeploymentStates {
  const states = createDeploymentStates({
    coordination,
    wildcardOf: (id) => (id === ID ? undefined : 'openai/*'),
    compareEveryMs: NEVER_MS,
    ...options,
  })
  closing.push(() => states.close())
  return states
}

async function replica(
  options: { url?: string; wallClockMs?: () => number } = {},
): Promise<Replica> {
  const coordination = connectCoordination({ redisUrl: options.url ?? redis.url, logger })
  closing.push(() => coordination.close())
  const states = statesOf(coordination, options)
  await eventually(() => expect(coordination.isConnected).toBe(true))
  return { coordination, states }
}

const agree = (replicas: readonly Replica[], state: string): Promise<void> =>
  eventually(() => {
    expect(replicas.map(({ states }) => states.state(ID))).toEqual(replicas.map(() => state))
  })

test('one replica alone keeps them for itself', async () => {
  const states = statesOf(soleReplica('one'), { wallClockMs: () => 1_000 })
  expect(states.state(ID)).toBe('active')
  expect(await states.set(ID, 'draining', { by: 'ada' })).toBe('this-replica')
  expect(states.state(ID)).toBe('draining')
  expect(states.list()).toEqual([
    { id: ID, change: { state: 'draining', by: 'ada', atMs: 1_000, replica: 'one' } },
  ])
  await states.set(ID, 'active', { by: 'bob' })
  expect(states.state(ID)).toBe('active')
  expect(states.lastChange(ID)).toMatchObject({ by: 'bob', atMs: 1_001 })
  expect(states.list()).toEqual([])
})

test('what holds for a wildcard holds for what it makes, and not for what is listed by itself', async () => {
  const states = statesOf(soleReplica('one'))
  await states.set('openai/*', 'disabled', { by: 'ada' })
  expect(states.state('openai/gpt-9')).toBe('disabled')
  expect(states.state(ID)).toBe('active')
  await states.set('openai/gpt-9', 'active', { by: 'ada' })
  expect(states.state('openai/gpt-9')).toBe('disabled')
  await states.set('openai/*', 'active', { by: 'ada' })
  await states.set('openai/gpt-9', 'draining', { by: 'ada' })
  expect(states.state('openai/gpt-9')).toBe('draining')
  expect(states.state('openai/gpt-8')).toBe('active')
})

test('all replicas hear of a change, and one that starts later reads it', async () => {
  const replicas = [await replica(), await replica()]
  expect(await replicas[0]!.states.set(ID, 'draining', { by: 'ada' })).toBe('all-replicas')
  await agree(replicas, 'draining')
  expect(replicas[1]!.states.lastChange(ID)?.by).toBe('ada')
  replicas.push(await replica())
  await agree(replicas, 'draining')
  await replicas[2]!.states.set(ID, 'active', { by: 'bob' })
  await agree(replicas, 'active')
})

test('one that is cut off holds its own change, and both sides learn of each other’s when it is back', async () => {
  const proxy = await startRedisProxy(redis.url)
  closing.push(() => proxy.close())
  const cutOff = await replica({ url: proxy.url })
  const connected = await replica()
  await proxy.cut()
  await eventually(() => expect(cutOff.coordination.redis).toBeUndefined())

  expect(await cutOff.states.set(ID, 'draining', { by: 'ada' })).toBe('this-replica')
  await connected.states.set('openai/own', 'disabled', { by: 'bob' })
  expect(cutOff.states.state(ID)).toBe('draining')
  expect(connected.states.state(ID)).toBe('active')

  await proxy.restore()
  await eventually(() => expect(cutOff.states.state('openai/own')).toBe('disabled'))
  await eventually(async () =>
    expect((await readChanges(redis.client)).get(ID)?.state).toBe('draining'),
  )
  await agree([await replica()], 'draining')
})

test('who saw a change overrules it, even where its replica’s clock is an hour behind', async () => {
  const ahead = await replica({ wallClockMs: () => Date.now() + 3_600_000 })
  const behind = await replica()
  await ahead.states.set(ID, 'disabled', { by: 'ada' })
  await agree([ahead, behind], 'disabled')
  await behind.states.set(ID, 'active', { by: 'bob' })
  await agree([ahead, behind], 'active')
  await agree([await replica()], 'active')
})

test('a message that was lost is made up for', async () => {
  const deaf = Object.create((await replica()).coordination, {
    subscribe: { value: () => () => {} },
  }) as Coordination
  const states = statesOf(deaf, { compareEveryMs: 10 })
  const other = await replica()
  await other.states.set(ID, 'draining', { by: 'ada' })
  await eventually(() => expect(states.state(ID)).toBe('draining'))
})

test('a change that could not be stored is stored later', async () => {
  const { coordination } = await replica()
  let isAway = true
  const flaky = Object.create(coordination, {
    redis: { get: () => (isAway ? undefined : coordination.redis) },
  }) as Coordination
  const states = statesOf(flaky, { compareEveryMs: 10 })
  expect(await states.set(ID, 'draining', { by: 'ada' })).toBe('this-replica')
  isAway = false
  await eventually(async () => expect((await readChanges(redis.client)).get(ID)?.by).toBe('ada'))
})

test('what is no change is passed over, in messages and in what is stored', async () => {
  const one = await replica()
  const other = await replica()
  await redis.client.hset('router:deployment-states', 'a', 'no JSON', 'b', '{"state":"paused"}')
  for (const message of [null, 'draining', { id: ID }, { id: ID, change: { state: 'draining' } }]) {
    one.coordination.publish('deployment-states', message)
  }
  await one.states.set(ID, 'disabled', { by: 'ada' })
  const later = await replica()
  await agree([one, other, later], 'disabled')
  expect(later.states.list()).toHaveLength(1)
})

const change: fc.Arbitrary<StateChange> = fc.record({
  state: fc.constantFrom('active', 'draining', 'disabled'),
  by: fc.constant('ada'),
  atMs: fc.integer({ min: 1, max: 3 }),
  replica: fc.constantFrom('a', 'b', 'c'),
})

test('in whatever order changes arrive, Redis keeps the one that replicas keep', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      await redis.client.flushdb()
      let kept: StateChange | undefined
      for (const each of changes) {
        if (isNewer(each, kept)) kept = each
        await storeChange(redis.client, ID, each)
      }
      expect((await readChanges(redis.client)).get(ID)).toEqual(kept)
    }),
  )
})
