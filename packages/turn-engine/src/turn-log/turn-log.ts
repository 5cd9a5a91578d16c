import { TurnFrame } from '@brainlyx/chat-contract'
import type { Redis } from 'ioredis'
import { formatPosition } from './log-position.ts'
import type { LogPosition } from './log-position.ts'

/** One frame of a turn. `id` is null for what was made from the stored answer and stands nowhere in the log. */
export interface LogEntry {
  readonly id: string | null
  readonly frame: TurnFrame
}

/**
 * `stale`: another owner has written at a higher epoch; whoever gets this must fall silent. `missing`: the log has
 * vanished (Redis restarted empty); begin it anew with a snapshot. `unavailable`: Redis did not answer.
 */
export type AppendResult = 'accepted' | 'stale' | 'missing' | 'unavailable'

export interface TurnLog {
  /** Appends `frames` at `first`, `first + 1`, … as one step. `begin` makes the log where it is not there. */
  append(
    turnId: string,
    first: LogPosition,
    frames: readonly TurnFrame[],
    options?: { begin?: boolean },
  ): Promise<AppendResult>
  /** What stands after `afterId`, oldest first, at most 1,000 entries. */
  read(turnId: string, afterId: string): Promise<LogEntry[] | 'unavailable'>
  /** Lets the log expire ten minutes from now. */
  close(turnId: string): Promise<void>
}

/** A turn that nobody ends is gone from Redis after this; the worker has recovered it long before. */
const RUNNING_TTL_SECONDS = 2 * 60 * 60
const ENDED_TTL_SECONDS = 10 * 60
const READ_LIMIT = 1_000
/** After a failure Redis is left alone for this long, so that each delta does not wait for a timeout of its own. */
const AWAY_MS = 1_000

export const hintChannel = (turnId: string): string => `turn-hint:${turnId}`
const logKey = (turnId: string): string => `turn:${turnId}`

/**
 * The log of each turn's frames: a Redis Stream that any replica reads, and the only place from which text is
 * replayed.
 * @param redis fails fast: short `commandTimeout`, no offline queue ({@link turnLogRedisOptions})
 */
export function createTurnLog(options: { redis: Redis; now?: () => number }): TurnLog {
  const { redis, now = Date.now } = options
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
    append(turnId, first, frames, { begin = false } = {}) {
      return reach(async () => {
        const key = logKey(turnId)
        const transaction = redis.multi()
        for (const [index, frame] of frames.entries()) {
          const id = formatPosition({ epoch: first.epoch, seq: first.seq + index })
          const data = JSON.stringify(frame)
          if (begin) transaction.xadd(key, id, 'frame', data)
          else transaction.xadd(key, 'NOMKSTREAM', id, 'frame', data)
        }
        if (begin) transaction.expire(key, RUNNING_TTL_SECONDS)
        transaction.publish(hintChannel(turnId), 'log')
        const replies = (await transaction.exec()) ?? []
        const added = replies.slice(0, frames.length)
        const failure: Error | null | undefined = added.find(([error]) => error !== null)?.[0]
        if (failure?.message.includes('equal or smaller') === true) return 'stale'
        if (failure) throw failure
        return added.some(([, id]) => id === null) ? 'missing' : 'accepted'
      })
    },

    read(turnId, afterId) {
      return reach(async () => {
        const entries = await redis.xrange(logKey(turnId), `(${afterId}`, '+', 'COUNT', READ_LIMIT)
        return entries.map(([id, fields]) => ({
          id,
          frame: TurnFrame.parse(JSON.parse(fields[1] ?? 'null')),
        }))
      })
    },

    async close(turnId) {
      await reach(() => redis.expire(logKey(turnId), ENDED_TTL_SECONDS))
    },
  }
}
