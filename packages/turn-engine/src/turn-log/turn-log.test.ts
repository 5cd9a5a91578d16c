import type { TurnFrame } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { createTestRedis } from '@brainlyx/testkit'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createTurnLog } from './turn-log.ts'

const testRedis = await createTestRedis()
afterAll(() => testRedis.close())
const redis = testRedis.client
const log = createTurnLog({ redis })

const text = (...words: string[]): TurnFrame[] =>
  words.map((word) => ({ type: 'text-delta', text: word }))

let turnId = ''
beforeEach(() => {
  turnId = newId()
})

async function idsOf(afterId = '0-0'): Promise<string[]> {
  const entries = await log.read(turnId, afterId)
  if (entries === 'unavailable') throw new Error('no log')
  return entries.map(({ id }) => id)
}

test('frames stand in the order and at the ids that their writer gave them', async () => {
  expect(await log.append(turnId, { epoch: 1, seq: 1 }, text('a', 'b'), { begin: true })).toBe(
    'accepted',
  )
  expect(await log.append(turnId, { epoch: 1, seq: 3 }, text('c'))).toBe('accepted')
  expect(await idsOf()).toEqual(['1-1', '1-2', '1-3'])
  expect(await idsOf('1-1')).toEqual(['1-2', '1-3'])
  expect(await log.read(turnId, '0-0', 1)).toEqual([{ id: '1-1', frame: text('a')[0] }])
})

test('a former owner’s frames are refused, whatever they are', async () => {
  await log.append(turnId, { epoch: 1, seq: 1 }, text('a'), { begin: true })
  await log.append(turnId, { epoch: 2, seq: 1 }, text('b'), { begin: true })
  expect(await log.append(turnId, { epoch: 1, seq: 2 }, text('x'))).toBe('stale')
  expect(await log.append(turnId, { epoch: 1, seq: 2 }, text('x'), { begin: true })).toBe('stale')
  expect(await log.append(turnId, { epoch: 2, seq: 1 }, text('x'))).toBe('stale')
  expect(await idsOf()).toEqual(['1-1', '2-1'])
})

test('a log that has vanished is not begun again without its writer knowing', async () => {
  await log.append(turnId, { epoch: 1, seq: 1 }, text('a'), { begin: true })
  await redis.del(`turn:${turnId}`)
  expect(await log.append(turnId, { epoch: 1, seq: 2 }, text('b'))).toBe('missing')
  expect(await idsOf()).toEqual([])
})

test('nothing is written behind a hole: a Redis that restarted may have lost the log’s last second', async () => {
  await log.append(turnId, { epoch: 1, seq: 1 }, text('a', 'b'), { begin: true })
  const before = await redis.dumpBuffer(`turn:${turnId}`)
  await log.append(turnId, { epoch: 1, seq: 3 }, text('c'))
  await redis.restore(`turn:${turnId}`, 0, before, 'REPLACE')
  expect(await log.append(turnId, { epoch: 1, seq: 4 }, text('d'))).toBe('missing')
  expect(await idsOf()).toEqual(['1-1', '1-2'])
  const snapshot: TurnFrame[] = [{ type: 'answer-snapshot', parts: [] }]
  expect(await log.append(turnId, { epoch: 1, seq: 5 }, snapshot, { begin: true })).toBe('accepted')
  expect(await log.append(turnId, { epoch: 1, seq: 6 }, text('e'))).toBe('accepted')
})

test('a writer that begins again is told where an append that it had given up did arrive', async () => {
  await log.append(turnId, { epoch: 1, seq: 1 }, text('a', 'b'), { begin: true })
  expect(await log.append(turnId, { epoch: 1, seq: 2 }, text('x'), { begin: true })).toBe('ahead')
  expect(await log.append(turnId, { epoch: 1, seq: 3 }, text('x'), { begin: true })).toBe(
    'accepted',
  )
  expect(await idsOf()).toEqual(['1-1', '1-2', '1-3'])
})

test('a new epoch follows on anything', async () => {
  await log.append(turnId, { epoch: 1, seq: 7 }, text('a'), { begin: true })
  expect(await log.append(turnId, { epoch: 2, seq: 1 }, text('b'))).toBe('accepted')
})

test('many logs are read at once, those with nothing new left out', async () => {
  const others = [newId(), newId()] as const
  for (const id of [turnId, ...others]) {
    await log.append(id, { epoch: 1, seq: 1 }, text('a', 'b'), { begin: true })
  }
  const afterIds = new Map([
    [turnId, '1-1'],
    [others[0], '1-2'],
    [others[1], '0-0'],
    [newId(), '0-0'],
  ])
  const read = await log.readMany(afterIds)
  expect(read).toEqual(
    new Map([
      [turnId, [{ id: '1-2', frame: text('b')[0] }]],
      [
        others[1],
        [
          { id: '1-1', frame: text('a')[0] },
          { id: '1-2', frame: text('b')[0] },
        ],
      ],
    ]),
  )
})

test('a buried log tells its readers to leave, refuses every owner and goes by itself', async () => {
  await log.append(turnId, { epoch: 1, seq: 1 }, text('secret'), { begin: true })
  const afterId = '1-1'
  expect(await log.bury(turnId)).toBe('buried')
  const entries = await log.read(turnId, afterId)
  expect(entries).toMatchObject([
    { frame: { type: 'turn-error', turnId, problem: { code: 'turn-deleted' } } },
  ])
  for (const begin of [false, true]) {
    for (const epoch of [1, 2, 1_000]) {
      expect(await log.append(turnId, { epoch, seq: 1 }, text('x'), { begin })).toBe('stale')
    }
  }
  expect(JSON.stringify(await redis.xrange(`turn:${turnId}`, '-', '+'))).not.toMatch(/secret|"x"/)
  expect(await redis.ttl(`turn:${turnId}`)).toBeGreaterThan(0)
})
