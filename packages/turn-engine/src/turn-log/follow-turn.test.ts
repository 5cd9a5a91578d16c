import type { TurnFrame } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import { Redis } from 'ioredis'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { collect, shownText, typesOf } from '../../test/arrange.ts'
import { TurnWriter } from '../run-turn/turn-writer.ts'
import { followTurn } from './follow-turn.ts'
import { createLiveTurns } from './live-turns.ts'
import { LOG_START, comparePositions } from './log-position.ts'
import { createTurnFollower } from './turn-follower.ts'
import type { TurnEndings } from './turn-follower.ts'
import { createHints } from './turn-hints.ts'
import { turnLogRedisOptions } from './turn-log-redis.ts'
import { createTurnLog } from './turn-log.ts'
import type { LogEntry } from './turn-log.ts'

const testRedis = await createTestRedis()
const { client } = testRedis
const releases: (() => unknown)[] = [() => testRedis.close()]
afterAll(async () => {
  for (const release of releases.toReversed()) await release()
})

const neverEnded: TurnEndings = { endedAmong: async () => new Set(), storedEnd: async () => [] }
const stored: TurnFrame[] = [
  { type: 'answer-snapshot', parts: [{ type: 'text', text: 'Stored.' }] },
  { type: 'turn-end', turnId: newId(), messageId: null, finish: 'stop' },
]

/** One process: what it runs, and how its readers follow turns. */
async function startProcess(
  options: { endings?: TurnEndings; deafToHints?: boolean; pollMs?: number } = {},
) {
  const redis = new Redis(testRedis.url, turnLogRedisOptions)
  const subscriber = new Redis(testRedis.url)
  for (const connection of [redis, subscriber]) {
    connection.on('error', () => {})
    releases.push(() => connection.disconnect())
  }
  await new Promise((resolve) => redis.once('ready', resolve))
  const log = createTurnLog({ redis })
  const liveTurns = createLiveTurns()
  const hints = options.deafToHints === true ? { listen: () => () => {} } : createHints(subscriber)
  const { endings = neverEnded, pollMs = 50 } = options
  const follower = createTurnFollower({ log, hints, liveTurns, endings, pollMs })
  return {
    redis,
    log,
    liveTurns,
    follower,
    follow: (turnId: string, afterId = LOG_START, signal = new AbortController().signal) =>
      followTurn({ follower, turn: { turnId, userId: 'someone' }, afterId, signal }),
    /** Writes a turn as its owner does. */
    write(turnId: string, epoch = 1) {
      let text = ''
      const live = liveTurns.open(turnId)
      const start: TurnFrame = {
        type: 'turn-start',
        turnId,
        chatId: turnId,
        userMessageId: turnId,
        model: 'auto',
      }
      const snapshot = (): TurnFrame => ({
        type: 'answer-snapshot',
        parts: [{ type: 'text', text }],
      })
      const writer = new TurnWriter({
        turnId,
        epoch,
        log,
        live,
        isAlive: () => true,
        recap: () => [start, snapshot()],
        onLost: () => {},
      })
      return {
        live,
        get text() {
          return text
        },
        async begin(soFar?: string) {
          text = soFar ?? ''
          writer.write(soFar === undefined ? start : snapshot())
          await writer.flush()
        },
        async say(...words: string[]) {
          for (const word of words) {
            text += word
            writer.write({ type: 'text-delta', text: word })
            await writer.flush()
          }
        },
        async end() {
          writer.write({ type: 'turn-end', turnId, messageId: turnId, finish: 'stop' })
          await writer.flush()
          live.finish('ended')
          liveTurns.close(turnId)
        },
      }
    },
  }
}

const owner = await startProcess()
const elsewhere = await startProcess()

function expectRisingIds(entries: readonly LogEntry[], from = LOG_START): void {
  let before = from
  for (const { id } of entries) {
    if (id === null) continue
    expect(comparePositions(id, before)).toBeGreaterThan(0)
    before = id
  }
}

/** Follows in the background. */
function reading(entries: AsyncGenerator<LogEntry, void, unknown>) {
  const seen: LogEntry[] = []
  const done = (async () => {
    for await (const entry of entries) seen.push(entry)
  })()
  return {
    seen,
    done,
    until: (text: string) => eventually(() => expect(shownText(seen)).toBe(text)),
  }
}

test.each(['its own process', 'another process'])(
  'a reader in %s gets exactly what stands after its cursor, then what comes',
  async (where) => {
    const turnId = newId()
    const written = owner.write(turnId)
    await written.begin()
    await written.say('a', 'b', 'c')
    const reader = where === 'its own process' ? owner : elsewhere
    const late = reading(reader.follow(turnId, '1-3'))
    await late.until('c')
    await written.say('d')
    await written.end()
    await late.done
    expect(late.seen.map(({ id }) => id)).toEqual(['1-4', '1-5', '1-6'])
    expect(shownText(late.seen)).toBe('cd')
  },
)

test.each(['its own process', 'another process'])(
  'in %s a cursor from nowhere gets a snapshot of everything so far, and goes on without a gap',
  async (where) => {
    const turnId = newId()
    const written = owner.write(turnId)
    await written.begin()
    await written.say('a', 'b')
    const process = where === 'its own process' ? owner : elsewhere
    const readers = ['7-3', '1-999'].map((cursor) => reading(process.follow(turnId, cursor)))
    for (const reader of readers) await reader.until('ab')
    await written.say('c')
    await written.end()
    for (const { done, seen } of readers) {
      await done
      expect(typesOf(seen)).toEqual(['answer-snapshot', 'text-delta', 'turn-end'])
      expect(seen.map(({ id }) => id)).toEqual([null, '1-4', '1-5'])
      expect(shownText(seen)).toBe('abc')
    }
  },
)

test('a log that Redis lost begins anew: readers everywhere get a recap, with ids that rise', async () => {
  const turnId = newId()
  const written = owner.write(turnId)
  await written.begin()
  await written.say('a', 'b')
  const early = [owner, elsewhere].map((process) => reading(process.follow(turnId)))
  for (const reader of early) await reader.until('ab')
  await client.del(`turn:${turnId}`)
  const resumed = reading(elsewhere.follow(turnId, '1-2'))
  await written.say('c')
  const fromMemory = reading(owner.follow(turnId, '1-3'))
  await fromMemory.until('abc')
  const moved = reading(elsewhere.follow(turnId, fromMemory.seen.at(-1)!.id!))
  await written.say('d')
  await written.end()
  for (const reader of [...early, resumed, fromMemory]) {
    await reader.done
    expectRisingIds(reader.seen)
    expect(shownText(reader.seen)).toBe('abcd')
  }
  await moved.done
  expect(shownText([...fromMemory.seen.slice(0, 2), ...moved.seen])).toBe('abcd')
  expectRisingIds(moved.seen, fromMemory.seen[1]!.id!)
})

test('a log whose end Redis lost gets a recap, never a hole', async () => {
  const turnId = newId()
  const written = owner.write(turnId)
  await written.begin()
  await written.say('a', 'b')
  const before = await client.dumpBuffer(`turn:${turnId}`)
  await written.say('c', 'd')
  const ahead = reading(elsewhere.follow(turnId))
  await ahead.until('abcd')
  await client.restore(`turn:${turnId}`, 0, before, 'REPLACE')
  await written.say('e')
  const resumed = [reading(elsewhere.follow(turnId, '1-2')), reading(elsewhere.follow(turnId))]
  await written.say('f')
  await written.end()
  for (const reader of [ahead, ...resumed]) {
    await reader.done
    expectRisingIds(reader.seen)
    expect(shownText(reader.seen)).toBe('abcdef')
  }
})

test('a new owner’s snapshot replaces what readers have, whatever they have', async () => {
  const turnId = newId()
  const written = owner.write(turnId)
  await written.begin()
  await written.say('a', 'b ')
  const third = await startProcess()
  const readers = [owner, elsewhere, third].map((process) => reading(process.follow(turnId)))
  for (const reader of readers) await reader.until('ab ')
  written.live.finish('lost')
  owner.liveTurns.close(turnId)
  const next = third.write(turnId, 2)
  await next.begin('ab')
  await next.say('c')
  readers.push(reading(elsewhere.follow(turnId, '1-1')))
  await next.end()
  for (const reader of readers) {
    await reader.done
    expectRisingIds(reader.seen)
    expect(shownText(reader.seen)).toBe('abc')
    expect(reader.seen.find(({ id }) => id === '2-1')?.frame.type).toBe('answer-snapshot')
  }
})

test('a turn that begins in the process of its reader is read there, without Redis', async () => {
  const alone = await startProcess()
  alone.redis.disconnect()
  const turnId = newId()
  const reader = reading(alone.follow(turnId))
  const written = alone.write(turnId)
  await written.begin()
  await written.say('a')
  await written.end()
  await reader.done
  expect(shownText(reader.seen)).toBe('a')
})

test('with every hint lost the poll still finds what is new', async () => {
  const deaf = await startProcess({ deafToHints: true })
  const turnId = newId()
  const reader = reading(deaf.follow(turnId))
  const written = owner.write(turnId)
  await written.begin()
  await written.say('a')
  await reader.until('a')
  await written.end()
  await reader.done
})

test('a reader that lags misses nothing, however much came meanwhile, and takes it joined', async () => {
  const turnId = newId()
  const written = owner.write(turnId)
  await written.begin()
  const keen = reading(elsewhere.follow(turnId))
  const slow = elsewhere.follow(turnId)
  const seen: LogEntry[] = [(await slow.next()).value as LogEntry]
  const words = Array.from({ length: 700 }, (_, index) => `${index} `)
  await written.say(...words)
  await keen.until(words.join(''))
  await written.end()
  for (;;) {
    const step = await slow.next({ isLate: true })
    if (step.done === true) break
    seen.push(step.value)
  }
  expectRisingIds(seen)
  expect(shownText(seen)).toBe(words.join(''))
  expect(typesOf(seen)).not.toContain('answer-snapshot')
  expect(seen.length).toBeLessThan(20)
  expect(keen.seen.length).toBeGreaterThan(700)
  await keen.done
})

test('a reader that comes back to a long log gets only what it lacks', async () => {
  const turnId = newId()
  const written = owner.write(turnId)
  await written.begin()
  await written.say(...Array.from({ length: 250 }, () => 'a'))
  const reader = reading(elsewhere.follow(turnId, '1-250'))
  await reader.until('a')
  await written.end()
  await reader.done
  expect(reader.seen.map(({ id }) => id)).toEqual(['1-251', '1-252'])
})

test('all readers of a turn share one reading of its log, and many turns one command', async () => {
  const process = await startProcess({ deafToHints: true })
  const monitor = await client.duplicate().monitor()
  onTestFinished(() => monitor.disconnect())
  const turnIds = Array.from({ length: 250 }, () => newId())
  const keys = new Set(turnIds.map((turnId) => `turn:${turnId}`))
  let keysRead = 0
  let commands = 0
  monitor.on('monitor', (_time: string, [command, ...args]: string[]) => {
    const count = args.filter((arg) => keys.has(arg)).length
    if (command?.toLowerCase() !== 'xread' || count === 0) return
    commands++
    keysRead += count
  })
  const gone = new AbortController()
  const readers = turnIds.flatMap((turnId) =>
    [1, 2, 3].map(() => collect(process.follow(turnId, LOG_START, gone.signal))),
  )
  await eventually(() => expect(process.follower.size).toBe(250))
  await eventually(() => expect(keysRead).toBeGreaterThan(2_500))
  // Ten rounds of 250 turns, 200 in a command at most, and whatever the first readings took.
  expect(commands).toBeLessThan(keysRead / 50)
  gone.abort()
  await Promise.all(readers)
  expect(process.follower.size).toBe(0)
})

test('a reader that goes leaves nothing behind: no subscription, no poll', async () => {
  const process = await startProcess()
  const turnId = newId()
  const channel = `turn-hint:${turnId}`
  const subscribers = async (): Promise<unknown> => (await client.pubsub('NUMSUB', channel)).at(1)
  const [one, two] = [new AbortController(), new AbortController()]
  const first = collect(process.follow(turnId, LOG_START, one.signal))
  const second = collect(process.follow(turnId, LOG_START, two.signal))
  await eventually(async () => expect(await subscribers()).toBe(1))
  one.abort()
  await first
  expect(process.follower.size).toBe(1)
  two.abort()
  await second
  expect(process.follower.size).toBe(0)
  await eventually(async () => expect(await subscribers()).toBe(0))
})

test('a turn that ended without a word in its log ends with the stored answer, looked up in batches', async () => {
  const ended = new Set<string>()
  const lookups: number[] = []
  const process = await startProcess({
    pollMs: 20,
    endings: {
      async endedAmong(turns) {
        lookups.push(turns.length)
        return new Set(turns.map(({ turnId }) => turnId).filter((turnId) => ended.has(turnId)))
      },
      storedEnd: async () => stored,
    },
  })
  const turnIds = Array.from({ length: 250 }, () => newId())
  const readers = turnIds.map((turnId) => collect(process.follow(turnId)))
  await eventually(() => expect(lookups.length).toBeGreaterThan(1))
  expect(lookups.slice(0, 2)).toEqual([200, 50])
  for (const turnId of turnIds) ended.add(turnId)
  for (const entries of await Promise.all(readers)) {
    expect(entries).toEqual(stored.map((frame) => ({ id: null, frame })))
  }
})

test('a hint of an end without words is looked up at once', async () => {
  const ended = new Set<string>()
  const process = await startProcess({
    pollMs: 200,
    endings: {
      endedAmong: async (turns) =>
        new Set(turns.map(({ turnId }) => turnId).filter((turnId) => ended.has(turnId))),
      storedEnd: async () => stored,
    },
  })
  const turnId = newId()
  const reader = collect(process.follow(turnId))
  const channel = `turn-hint:${turnId}`
  await eventually(async () => expect((await client.pubsub('NUMSUB', channel)).at(1)).toBe(1))
  ended.add(turnId)
  const hintedAt = performance.now()
  await client.publish(channel, 'end')
  expect(typesOf(await reader)).toEqual(['answer-snapshot', 'turn-end'])
  // Without the hint the third poll would ask.
  expect(performance.now() - hintedAt).toBeLessThan(550)
})
