import type { TurnFrame } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { createTestRedis } from '@brainlyx/testkit'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { LiveTurn } from '../turn-log/live-turn.ts'
import { LOG_START } from '../turn-log/log-position.ts'
import { createTurnLog } from '../turn-log/turn-log.ts'
import type { TurnLog } from '../turn-log/turn-log.ts'
import { TurnWriter } from './turn-writer.ts'

const redis = await createTestRedis()
afterAll(() => redis.close())
const log = createTurnLog({ redis: redis.client })

/** What happens to an append: nothing; it arrives and its answer does not; it does not arrive. */
type Luck = 'well' | 'unanswered' | 'lost'

function unlucky(lucks: Luck[]): TurnLog {
  return {
    ...log,
    async append(...append) {
      const luck = lucks.shift() ?? 'well'
      const result = luck === 'lost' ? undefined : await log.append(...append)
      if (result === 'ahead') lucks.unshift(luck)
      return luck === 'well' || result === 'ahead' ? result! : 'unavailable'
    },
  }
}

const route: TurnFrame = { type: 'route', deployment: 'a', provider: 'a', model: 'a' }
const error: TurnFrame = {
  type: 'turn-error',
  turnId: newId(),
  messageId: null,
  problem: {
    type: 'about:blank',
    title: 'It failed.',
    status: 500,
    code: 'any',
    traceId: 'a',
    retryable: false,
    retryAfterMs: null,
  },
}
const text = (value: string): TurnFrame => ({ type: 'text-delta', text: value })

/** What a reader in the writer's own process sees of frames that are each flushed. */
async function idsSeen(lucks: Luck[], frames: readonly TurnFrame[]): Promise<string[]> {
  const live = new LiveTurn()
  let shown = ''
  const writer = new TurnWriter({
    turnId: newId(),
    epoch: 1,
    log: unlucky(lucks),
    live,
    isAlive: () => true,
    recap: () => [{ type: 'answer-snapshot', parts: [{ type: 'text', text: shown }] }, route],
    onLost: () => {},
  })
  for (const frame of frames) {
    if (frame.type === 'text-delta') shown += frame.text
    writer.write(frame)
    await writer.flush()
  }
  live.finish('ended')
  const seen: string[] = []
  for await (const { id, frame } of live.follow(
    { position: LOG_START },
    new AbortController().signal,
  )) {
    seen.push(`${id} ${frame.type}`)
  }
  return seen
}

test('a log that answers late leaves no gap in what readers here are told', async () => {
  const seen = await idsSeen(
    ['well', 'unanswered', 'unanswered', 'lost'],
    [route, text('a'), text('b'), error],
  )
  expect(seen).toEqual(['1-1 route', '1-2 text-delta', '1-3 text-delta', '1-4 turn-error'])
})

test('a log that is there again begins behind all that did arrive, with a snapshot', async () => {
  const seen = await idsSeen(
    ['well', 'unanswered', 'unanswered'],
    [route, text('a'), text('b'), error],
  )
  expect(seen).toEqual([
    '1-1 route',
    '1-2 text-delta',
    '1-3 text-delta',
    // At 1-3 and 1-4 stands in the log what was begun again before, unanswered.
    '1-5 answer-snapshot',
    '1-6 route',
    '1-7 turn-error',
  ])
})

/** Writers of turns, and when each append was made and what it said. Time is the test's, in a process just begun. */
async function atOwnTime() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  vi.resetModules()
  const { TurnWriter } = await import('./turn-writer.ts')
  const startedAt = performance.now()
  const appends: string[] = []
  const start = (name: string) =>
    new TurnWriter({
      turnId: newId(),
      epoch: 1,
      log: {
        ...log,
        append(...append) {
          const texts = append[2].map((frame) => ('text' in frame ? frame.text : frame.type))
          appends.push(`${name} ${texts.join()} at ${Math.round(performance.now() - startedAt)}`)
          return log.append(...append)
        },
      },
      live: new LiveTurn(),
      isAlive: () => true,
      recap: () => [],
      onLost: () => {},
    })
  return { appends, start }
}

test('deltas that follow quickly wait for each other, those of all turns for the same moment', async () => {
  const { appends, start } = await atOwnTime()
  const [a, b] = [start('a'), start('b')]
  for (const writer of [a, b]) {
    writer.write(text('one'))
    await writer.flush()
  }
  expect(appends).toEqual(['a one at 0', 'b one at 0'])
  await vi.advanceTimersByTimeAsync(10)
  a.write(text('two '))
  await vi.advanceTimersByTimeAsync(20)
  b.write(text('two '))
  a.write(text('three'))
  expect(appends).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(50)
  expect(appends.map((append) => append.replace(/ at .*/, ''))).toEqual([
    'a one',
    'b one',
    'a two three',
    'b two ',
  ])
  const [, , third, fourth] = appends.map((append) => Number(append.split(' at ')[1]))
  expect(third).toBe(fourth)
  expect(third).toBeLessThanOrEqual(60)
})

test('a delta long after the last one goes at once', async () => {
  const { appends, start } = await atOwnTime()
  const writer = start('a')
  writer.write(text('one'))
  await writer.flush()
  for (const word of ['two', 'three']) {
    await vi.advanceTimersByTimeAsync(70)
    writer.write(text(word))
    expect(appends.at(-1)).toContain(word)
    await writer.flush()
  }
  expect(appends).toEqual(['a one at 0', 'a two at 70', 'a three at 140'])
})

test('what is not a delta takes the deltas before it along at once', async () => {
  const { appends, start } = await atOwnTime()
  const writer = start('a')
  writer.write(text('one'))
  await writer.flush()
  writer.write(text('two'))
  writer.write(route)
  expect(appends).toEqual(['a one at 0', 'a two,route at 0'])
  await writer.flush()
})
