import type { TurnFrame } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { createTestRedis } from '@brainlyx/testkit'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { createTurnLog } from './turn-log.ts'

const testRedis = await createTestRedis()
afterAll(() => testRedis.close())
const redis = testRedis.client
const log = createTurnLog({ redis })
const frames: TurnFrame[] = [{ type: 'text-delta', text: 'a' }]

test('what many turns append in one turn of the event loop leaves in one write, and each has its own answer', async () => {
  const turnIds = Array.from({ length: 50 }, newId)
  await log.append(turnIds[0]!, { epoch: 2, seq: 1 }, frames, { begin: true })
  const inOne = vi.spyOn(redis.stream, '_writev')
  const alone = vi.spyOn(redis.stream, '_write')
  onTestFinished(() => void vi.restoreAllMocks())
  const results = await Promise.all(
    turnIds.map((turnId) => log.append(turnId, { epoch: 1, seq: 1 }, frames, { begin: true })),
  )
  expect(results).toEqual(['stale', ...turnIds.slice(1).map(() => 'accepted')])
  expect(inOne).toHaveBeenCalledTimes(1)
  expect(alone).not.toHaveBeenCalled()
})

test('an append while Redis is away does not wait', async () => {
  const away = createTurnLog({
    redis: redis.duplicate({ lazyConnect: true, enableOfflineQueue: false }),
  })
  expect(await away.append(newId(), { epoch: 1, seq: 1 }, frames, { begin: true })).toBe(
    'unavailable',
  )
})
