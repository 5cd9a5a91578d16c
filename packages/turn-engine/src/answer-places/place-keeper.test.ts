import { createTestRedis, eventually } from '@brainlyx/testkit'
import { Redis } from 'ioredis'
import { afterAll, expect, test } from 'vitest'
import { createPlaceKeeper } from './place-keeper.ts'
import { PLACE_LEASE_MS, answersKey } from './place-lease.ts'

const redis = await createTestRedis()
const client = new Redis(redis.url)
await new Promise((resolve) => client.once('ready', resolve))
afterAll(async () => {
  client.disconnect()
  await redis.close()
})

test('a place is held until it is released, also where Redis has forgotten it meanwhile', async () => {
  const keeper = createPlaceKeeper({ redis: client, renewalMs: 20 })
  const lease = { key: answersKey('user:a'), leaseId: 'a turn' }
  const endOf = async (): Promise<number> => Number(await client.zscore(lease.key, lease.leaseId))
  keeper.hold(lease)
  await eventually(async () => expect(await endOf()).toBeGreaterThan(Date.now() * 1000))
  const end = await endOf()
  expect(end).toBeLessThanOrEqual((Date.now() + PLACE_LEASE_MS) * 1000)
  await eventually(async () => expect(await endOf()).toBeGreaterThan(end))
  await client.del(lease.key)
  await eventually(async () => expect(await endOf()).toBeGreaterThan(end))
  keeper.release(lease)
  await eventually(async () => expect(await client.exists(lease.key)).toBe(0))
  keeper.close()
})
