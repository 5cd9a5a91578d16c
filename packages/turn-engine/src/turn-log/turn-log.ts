import { TurnFrame } from '@brainlyx/chat-contract'
import type { Redis } from 'ioredis'
import { withAppendCommand } from './append-script.ts'
import { sendTogether } from './send-together.ts'
import type { LogPosition } from './log-position.ts'

/** One frame of a turn. `id` is null for what was made from the stored answer and stands nowhere in the log. */
export interface LogEntry {
  readonly id: string | null
  readonly frame: TurnFrame
}

/** One that stands in the log. */
export type LoggedEntry = LogEntry & { readonly id: string }

/**
 * `stale`: another owner has written at a higher epoch; whoever gets this must fall silent. `missing`: the log or its
 * end has vanished (Redis restarted); begin it anew with a snapshot. `ahead`: so it was to begin, and already has entries
 of this epoch there or behind: an append that was given up did arrive. `unavailable`: Redis did not answer.
 */
export type AppendResult = 'accepted' | 'stale' | 'missing' | 'ahead' | 'unavailable'

export interface TurnLog {
  /**
   * Appends `frames` at `first`, `first + 1`, … as one step, right behind what this writer wrote before. `begin`:
   * behind whatever there is, if anything.
   */
  append(
    turnId: string,
    first: LogPosition,
    frames: readonly TurnFrame[],
    options?: { begin?: boolean },
  ): Promise<AppendResult>
  /** What stands after `afterId`, oldest first, at most `limit` (1,000) entries. */
  read(turnId: string, afterId: string, limit?: number): Promise<LoggedEntry[] | 'unavailable'>
  /**
   * The same of many turns, by their ids, at most 100 entries of each; those with nothing new are left out. Not more
   * than some hundred turns at once: Redis serves nobody else meanwhile.
   */
  readMany(
    afterIds: ReadonlyMap<string, string>,
  ): Promise<Map<string, LoggedEntry[]> | 'unavailable'>
  /** Lets the log expire ten minutes from now. */
  close(turnId: string): Promise<void>
  /**
   * Puts an end in the place of the log of a turn that was deleted: readers leave, and whoever still writes is told
   * that it is stale, for the ten minutes that anybody could.
   */
  bury(turnId: string): Promise<'buried' | 'unavailable'>
}

/** A turn that nobody ends is gone from Redis after this; the worker has recovered it long before. */
const RUNNING_TTL_SECONDS = 2 * 60 * 60
const ENDED_TTL_SECONDS = 10 * 60
const READ_LIMIT = 1_000
/** After every epoch that an owner will ever have, and still a position. */
const LAST_EPOCH = 999_999_999_999_999
export const READ_MANY_LIMIT = 100
/** After a failure Redis is left alone for this long, so that each delta does not wait for a timeout of its own. */
const AWAY_MS = 1_000

/** On a turn's hint channel: it has ended without a word in its log. */
export const END_HINT = 'end'
export const hintChannel = (turnId: string): string => `turn-hint:${turnId}`
const KEY_PREFIX = 'turn:'
const logKey = (turnId: string): string => `${KEY_PREFIX}${turnId}`

/**
 * The log of each turn's frames: a Redis Stream that any replica reads, and the only place from which text is
 * replayed.
 * @param redis fails fast: short `commandTimeout`, no offline queue ({@link turnLogRedisOptions})
 */
export function createTurnLog(options: { redis: Redis; now?: () => number }): TurnLog {
  const { now = Date.now } = options
  const redis = withAppendCommand(options.redis)
  const gather = sendTogether(redis)
  let awayUntil = 0

  async function reach<T>(run: () => Promise<T>): Promise<T | 'unavailable'> {
    if (now() < awayUntil) return 'unavailable'
    try {
      return await run()
    } catch {
      awayUntil = now() + AWAY_MS
      return 'unavailable'
    }
  }

  return {
    append(turnId, { epoch, seq }, frames, { begin = false } = {}) {
      return reach(() => {
        gather()
        return redis.appendToTurnLog(
          logKey(turnId),
          epoch,
          seq,
          begin ? 1 : 0,
          RUNNING_TTL_SECONDS,
          hintChannel(turnId),
          ...frames.map((frame) => JSON.stringify(frame)),
        )
      })
    },

    read(turnId, afterId, limit = READ_LIMIT) {
      return reach(async () =>
        (await redis.xrange(logKey(turnId), `(${afterId}`, '+', 'COUNT', limit)).map(toEntry),
      )
    },

    readMany(afterIds) {
      return reach(async () => {
        const keys = [...afterIds.keys()].map(logKey)
        const ids = afterIds.values()
        const streams = await redis.xread('COUNT', READ_MANY_LIMIT, 'STREAMS', ...keys, ...ids)
        const read = new Map<string, LoggedEntry[]>()
        for (const [key, entries] of streams ?? []) {
          read.set(key.slice(KEY_PREFIX.length), entries.map(toEntry))
        }
        return read
      })
    },

    async close(turnId) {
      await reach(() => redis.expire(logKey(turnId), ENDED_TTL_SECONDS))
    },

    async bury(turnId) {
      const key = logKey(turnId)
      const end = JSON.stringify(deletedFrame(turnId))
      const result = await reach(() =>
        redis
          .multi()
          .del(key)
          .xadd(key, `${LAST_EPOCH}-1`, 'frame', end)
          .expire(key, ENDED_TTL_SECONDS)
          .publish(hintChannel(turnId), 'log')
          .exec(),
      )
      return result === 'unavailable' ? 'unavailable' : 'buried'
    },
  }
}

function deletedFrame(turnId: string): TurnFrame {
  return {
    type: 'turn-error',
    turnId,
    messageId: null,
    problem: {
      type: 'urn:brainlyx:problem:turn-deleted',
      title: 'This chat was deleted.',
      status: 404,
      code: 'turn-deleted',
      traceId: '',
      retryable: false,
      retryAfterMs: null,
    },
  }
}

function toEntry([id, fields]: [id: string, fields: string[]]): LoggedEntry {
  return { id, frame: TurnFrame.parse(JSON.parse(fields[1] ?? 'null')) }
}
