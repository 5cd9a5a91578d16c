import type { TurnFrame } from '@brainlyx/chat-contract'
import {
  claimOrphanedTurns,
  createDatabase,
  createUser,
  findMessage,
  findTurn,
  finishTurn,
  listAttempts,
  newId,
  startTurn,
} from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import { NO_PRICE, testDatabase } from '@brainlyx/db/testing'
import { createLogger } from '@brainlyx/service-kit'
import { createTestRedis } from '@brainlyx/testkit'
import { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { startHeartbeat } from '../src/heartbeat/heartbeat.ts'
import { createRouterClient } from '../src/router-client/router-client.ts'
import { createTurnEngine } from '../src/run-turn/turn-engine.ts'
import type { TurnToRun } from '../src/run-turn/turn-to-run.ts'
import { followTurn } from '../src/turn-log/follow-turn.ts'
import { LOG_START } from '../src/turn-log/log-position.ts'
import { createHints } from '../src/turn-log/turn-hints.ts'
import { createTurnFollower } from '../src/turn-log/turn-follower.ts'
import type { TurnEndings } from '../src/turn-log/turn-follower.ts'
import { turnLogRedisOptions } from '../src/turn-log/turn-log-redis.ts'
import { createTurnLog } from '../src/turn-log/turn-log.ts'
import type { LogEntry } from '../src/turn-log/turn-log.ts'
import { startScriptedRouter } from './scripted-router.ts'

/** A database, a Redis, a scripted router, and as many processes that run turns on them as a test wants. */
export async function arrangeTurns() {
  const database = await testDatabase()
  const testRedis = await createTestRedis()
  const scripted = await startScriptedRouter()
  const logger = createLogger({ service: 'test', level: 'silent' })
  const db = createDatabase({ url: database.url, name: 'test' })
  const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 2 })
  const router = createRouterClient({ url: scripted.url })
  const releases: (() => unknown)[] = []

  /** One process: its engine, and how its readers follow a turn. */
  async function startProcess(
    options: {
      redisUrl?: string
      isAlive?: () => boolean
      deafToHints?: boolean
      routerUrl?: string
      contextTokensOf?: (model: string) => number | null
      sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>
      nowMs?: () => number
      /** What the engine reaches the database through. */
      engineDb?: Kysely<Database>
      endings?: TurnEndings
      hintOutbox?: () => void
    } = {},
  ) {
    const redisUrl = options.redisUrl ?? testRedis.url
    const redis = new Redis(redisUrl, turnLogRedisOptions)
    const subscriber = new Redis(redisUrl)
    for (const connection of [redis, subscriber]) connection.on('error', () => {})
    if (options.redisUrl === undefined) await new Promise((resolve) => redis.once('ready', resolve))
    const heartbeat = await startHeartbeat({ db, service: 'test', logger })
    const log = createTurnLog({ redis })
    const hints =
      options.deafToHints === true ? { listen: () => () => {} } : createHints(subscriber)
    const outcomes: string[] = []
    const pauses: number[] = []
    const engine = createTurnEngine({
      db: options.engineDb ?? db,
      log,
      hints,
      router:
        options.routerUrl === undefined ? router : createRouterClient({ url: options.routerUrl }),
      logger,
      owner: heartbeat.processId,
      isAlive: options.isAlive ?? heartbeat.isAlive,
      contextTokensOf: options.contextTokensOf ?? (() => null),
      priceOf: () => NO_PRICE,
      hintOutbox: options.hintOutbox ?? (() => {}),
      observer: {
        started: () => {},
        stored: () => {},
        firstToken: () => {},
        ended: (outcome) => void outcomes.push(outcome),
      },
      nowMs: options.nowMs ?? (() => performance.now()),
      sleep: (ms, signal) => {
        pauses.push(ms)
        return (options.sleep ?? delay)(ms, signal)
      },
    })
    const follower = createTurnFollower({
      log,
      hints,
      liveTurns: engine.liveTurns,
      endings: options.endings ?? {
        endedAmong: async () => new Set(),
        storedEnd: async () => [],
      },
      pollMs: 200,
    })
    releases.push(async () => {
      engine.handOver()
      await engine.idle()
      engine.close()
      await heartbeat.stop()
      redis.disconnect()
      subscriber.disconnect()
    })
    return {
      engine,
      redis,
      log,
      outcomes,
      /** How long it slept each time, in milliseconds. */
      pauses,
      owner: heartbeat.processId,
      heartbeat,
      /** Takes over every turn that nobody produces, as a worker does. @returns the turns' rows */
      async takeOver() {
        const claimed = await claimOrphanedTurns(db, { owner: heartbeat.processId, limit: 100 })
        for (const turn of claimed) engine.resume(turn)
        return claimed
      },
      follower,
      follow: (turnId: string, after = LOG_START, signal = new AbortController().signal) =>
        followTurn({ follower, turn: { turnId, userId: '' }, afterId: after, signal }),
    }
  }

  return {
    db,
    /** Sees the rows of all users. */
    admin,
    database,
    redis: testRedis.client,
    router: scripted,
    startProcess,
    /** Accepts a turn of a new guest (or in `chat`) for `owner`, ready to be started. */
    async accept(
      owner: string,
      chat?: { chatId: string; userId: string },
      text = 'Hello?',
    ): Promise<TurnToRun> {
      const userId =
        chat?.userId ??
        (
          await db
            .transaction()
            .execute((trx) => createUser(trx, { kind: 'guest', authUserId: newId() }))
        ).id
      const userMessage = { id: newId(), parts: [{ type: 'text' as const, text }] }
      const row = await db.transaction().execute((trx) =>
        startTurn(trx, {
          turnId: newId(),
          userId,
          chatId: chat?.chatId ?? newId(),
          newChat: chat === undefined,
          owner,
          requestHash: createHash('sha256').digest(),
          userMessageId: userMessage.id,
          parts: userMessage.parts,
          model: 'auto',
          price: NO_PRICE,
        }),
      )
      const { id: turnId, sessionId: chatId, epoch, model } = row
      return {
        turnId,
        chatId,
        userId,
        owner,
        epoch,
        model,
        userMessage,
        isFirst: chat === undefined,
      }
    },
    finishElsewhere: (turn: TurnToRun) =>
      db.transaction().execute((trx) =>
        finishTurn(trx, {
          ...turn,
          state: 'failed',
          finish: 'failed',
          nextOwner: null,
          priceOf: () => NO_PRICE,
        }),
      ),
    async close() {
      for (const release of releases.toReversed()) await release()
      await router.close()
      await scripted.close()
      await db.destroy()
      await admin.destroy()
      await testRedis.close()
      await database.close()
    },
  }
}

/** A turn as it is stored. */
export async function readTurn(db: Kysely<Database>, turn: { userId: string; turnId: string }) {
  const { userId } = turn
  const row = await findTurn(db, turn)
  const message = row?.answerMessageId
    ? await findMessage(db, { userId, messageId: row.answerMessageId })
    : undefined
  return { row: row!, message, attempts: await listAttempts(db, turn) }
}

const delay = (ms: number, signal?: AbortSignal): Promise<unknown> =>
  setTimeout(ms, undefined, { signal })

export async function collect(entries: AsyncIterable<LogEntry>): Promise<LogEntry[]> {
  const all: LogEntry[] = []
  for await (const entry of entries) all.push(entry)
  return all
}

/** What a reader of these frames sees as the answer's text: everything since the last snapshot. */
export function shownText(entries: readonly LogEntry[]): string {
  let text = ''
  for (const { frame } of entries) {
    if (frame.type === 'answer-snapshot') {
      text = frame.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
    } else if (frame.type === 'text-delta') text += frame.text
  }
  return text
}

export const typesOf = (entries: readonly LogEntry[]): TurnFrame['type'][] =>
  entries.map((entry) => entry.frame.type)
