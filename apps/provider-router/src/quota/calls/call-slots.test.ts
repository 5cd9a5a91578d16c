import { createTestRedis } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runScripts } from '../shared/script.ts'
import { CallSlots } from './call-slots.ts'
import type { SlotAnswer } from './slot-order.ts'
import { slotAnswer, slotCall } from './slots-script.ts'

const LIMIT = 20
const cluster = { replicas: 2, isShared: true, heardAtMs: 0 }
const alone = { ...cluster, isShared: false }

let redis: TestRedis
beforeAll(async () => {
  redis = await createTestRedis()
})
afterAll(() => redis.close())
beforeEach(async () => {
  await redis.client.flushdb()
})

/** Sends the order; the answer is for the test to deliver. */
async function send(slots: CallSlots, replicaId: string, nowMs: number): Promise<SlotAnswer> {
  const order = slots.nextOrder(LIMIT, nowMs, cluster)
  const sharedNowMs = 1_750_000_000_000 + nowMs
  const call = slotCall({ order, scopeId: 's', replicaId, sharedNowMs })
  const [reply] = await runScripts(redis.client, [call])
  return slotAnswer(reply)
}

async function exchange(slots: CallSlots, replicaId: string, nowMs: number): Promise<void> {
  slots.answer(await send(slots, replicaId, nowMs), nowMs)
}

/** Starts as many as may start. */
function fill(slots: CallSlots, nowMs: number, most = LIMIT): number {
  let started = 0
  for (; started < most && slots.waitMs(LIMIT, nowMs, cluster) === 0; started++) slots.enter(nowMs)
  if (started < most) slots.refuse()
  return started
}

test('calls that start while an answer is on its way that allows fewer are counted', async () => {
  const [one, two] = [new CallSlots(), new CallSlots()]
  for (let time = 0; time < 10; time++) {
    fill(one, time * 200)
    await exchange(one, 'one', time * 200)
  }
  expect(one.running).toBeGreaterThan(16)
  for (let left = one.running; left > 5; left--) one.leave(2_000)
  fill(two, 2_100)
  await exchange(two, 'two', 2_100)
  // The first is now to have fewer, and does not know it yet.
  const late = await send(one, 'one', 2_200)
  fill(one, 2_200)
  fill(two, 2_300)
  await exchange(two, 'two', 2_300)
  fill(two, 2_300)
  expect(one.running + two.running).toBeLessThanOrEqual(LIMIT)
  expect(late.allowed).toBeLessThan(one.running)
  one.answer(late, 2_400)
  expect(one.waitMs(LIMIT, 2_400, cluster)).toBeGreaterThan(0)
})

test('a replica that has heard nothing may start a few, for which the others leave room', async () => {
  const [one, two] = [new CallSlots(), new CallSlots()]
  for (let time = 0; time < 10; time++) {
    fill(one, time * 200)
    await exchange(one, 'one', time * 200)
  }
  expect(fill(two, 2_000)).toBe(2)
  expect(one.running).toBe(LIMIT - 2)
})

test('asks for more before all that is allowed runs, and no more once it has all', async () => {
  const slots = new CallSlots()
  slots.enter(0)
  expect(slots.isDue(0)).toBe(true)
  await exchange(slots, 'one', 0)
  expect(slots.isDue(10)).toBe(false)
  fill(slots, 10, 3)
  expect(slots.isDue(10)).toBe(true)
  for (let time = 1; time < 20; time++) {
    fill(slots, time * 100)
    await exchange(slots, 'one', time * 100)
  }
  await exchange(slots, 'one', 2_000)
  expect(slots.isDue(2_010)).toBe(false)
})

test('a caller that is refused is told to come again at once while there may be room', async () => {
  const slots = new CallSlots()
  fill(slots, 0)
  expect(slots.waitMs(LIMIT, 0, cluster)).toBeLessThan(10)
  for (let time = 1; time < 20; time++) {
    await exchange(slots, 'one', time)
    fill(slots, time)
  }
  expect(slots.running).toBe(LIMIT - 2)
  expect(slots.waitMs(LIMIT, 20, cluster)).toBe(100)
  expect([slots.isDue(20), slots.isDue(119)]).toEqual([false, true])
})

test('renews while it holds anything, and lets go when nobody has called for a while', async () => {
  const slots = new CallSlots()
  slots.enter(0)
  await exchange(slots, 'one', 0)
  expect([slots.isDueLater(400), slots.isDueLater(500)]).toEqual([false, true])
  slots.leave(500)
  await exchange(slots, 'one', 600)
  expect(await redis.client.exists('router:quota:{s}:calls')).toBe(1)
  await exchange(slots, 'one', 4_000)
  expect(await redis.client.exists('router:quota:{s}:calls')).toBe(0)
  expect(slots.isDueLater(60_000)).toBe(false)
})

test('while Redis is away what was allowed holds for three seconds, and then the fair share', async () => {
  const slots = new CallSlots()
  for (let time = 0; time < 10; time++) {
    fill(slots, time * 100)
    await exchange(slots, 'one', time * 100)
  }
  expect(slots.running).toBe(LIMIT - 2)
  slots.leave(1_000)
  expect(slots.waitMs(LIMIT, 1_000, alone)).toBe(0)
  expect(slots.waitMs(LIMIT, 3_900, alone)).toBeGreaterThan(0)
  for (let left = slots.running; left >= LIMIT / 2; left--) slots.leave(4_000)
  expect(slots.waitMs(LIMIT, 4_000, alone)).toBe(0)
  slots.enter(4_000)
  expect(slots.waitMs(LIMIT, 4_000, alone)).toBeGreaterThan(0)
  expect(slots.headroom(LIMIT, 4_000, alone)).toBe(0)
})

test('after a failure it does not ask again at once', () => {
  const slots = new CallSlots()
  slots.enter(0)
  slots.nextOrder(LIMIT, 0, cluster)
  slots.answer(undefined, 250)
  expect([slots.isDue(260), slots.isDue(800)]).toEqual([false, true])
})
