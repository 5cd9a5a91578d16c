import type { Kysely } from 'kysely'
import { within } from '../connection/within.ts'
import type { Database } from '../tables/database.ts'
import { currentWalPosition } from './wal-position.ts'
import type { WalPosition } from './wal-position.ts'

export interface LastWrites {
  /**
   * The user has written and the write is committed; call it before they hear of it. Never rejects: where it cannot be
   * kept, this process reads from the primary for a while.
   */
  note(userId: string): Promise<void>
  /** Where the user's last write of the last minute lies. `unknown`: it may be anywhere, so read from the primary. */
  find(userId: string): Promise<WalPosition | 'none' | 'unknown'>
}

/** What every process sees: a Redis, as far as this needs one. */
export interface SharedMemory {
  get(key: string): Promise<string | null>
  eval(script: string, keys: number, ...parameters: (string | number)[]): Promise<unknown>
  on(event: 'close', listener: () => void): unknown
}

/**
 * So long a write is remembered. Replicas further behind than 30 s are not read, and a replica's lag is known to about
 * a second: by then whichever is read has replayed it.
 */
const REMEMBERED_MS = 60_000
/** Redis is asked on the way of a read: one that is slow counts as away. */
const FIND_PATIENCE_MS = 250
/** A write that is not noted may be missed by other processes, so that is waited for longer. */
const NOTE_PATIENCE_MS = 2_000

/** Two processes may note for one user at once, and their answers may cross: the later write stays. */
const NOTE_SCRIPT = `
  local known = redis.call('GET', KEYS[1])
  local position = ARGV[1]
  if known and tonumber(known) > tonumber(position) then position = known end
  redis.call('SET', KEYS[1], position, 'PX', ARGV[2])
`

/** For where there are no replicas, and nothing to remember. */
export const noLastWrites: LastWrites = {
  note: async () => {},
  find: async () => 'none',
}

/**
 * Remembers in Redis, for all processes, where each user's last write lies in the primary's log. While Redis does not
 * answer all is `unknown`, and as long after its connection broke as a note that could not be left would count.
 */
export function createLastWrites(options: {
  primary: Kysely<Database>
  redis: SharedMemory
  nowMs?: () => number
}): LastWrites {
  const { primary, redis, nowMs = () => performance.now() } = options
  let unknownUntilMs = -Infinity
  const distrust = (): void => void (unknownUntilMs = nowMs() + REMEMBERED_MS)
  // Meanwhile others may have written, and could not note it either.
  redis.on('close', distrust)

  return {
    async note(userId) {
      const noting = currentWalPosition(primary).then((position) =>
        redis.eval(NOTE_SCRIPT, 1, keyOf(userId), position.toString(), REMEMBERED_MS),
      )
      await within(NOTE_PATIENCE_MS, noting).catch(distrust)
    },
    async find(userId) {
      if (nowMs() < unknownUntilMs) return 'unknown'
      try {
        const found = await within(FIND_PATIENCE_MS, redis.get(keyOf(userId)))
        return found === null ? 'none' : BigInt(found)
      } catch {
        // Nothing is forgotten by being slow: what it was sent meanwhile it still does.
        return 'unknown'
      }
    },
  }
}

const keyOf = (userId: string): string => `last-write:{${userId}}`
