import type { RedisOptions } from 'ioredis'

const LONGEST_RETRY_MS = 2_000

/**
 * An unreachable Redis is an error at once, a silent one within a quarter of a second, and either is tried again
 * every two seconds at most: nothing ever waits for Redis to come back.
 */
export const connectionOptions: RedisOptions = {
  connectTimeout: 1_000,
  commandTimeout: 250,
  // A connection that stays silent is a dead one: TCP alone would need minutes to find out.
  socketTimeout: 2_000,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // ioredis would not catch what goes wrong with it; the heartbeat subscribes again.
  autoResubscribe: false,
  retryStrategy: (attempt) => retryDelayMs(attempt, Math.random()),
}

/** Doubles from 50 ms, with jitter downwards, so that replicas do not come back all at once. */
export function retryDelayMs(attempt: number, random: number): number {
  const longest = Math.min(LONGEST_RETRY_MS, 50 * 2 ** Math.min(attempt - 1, 10))
  return longest * (0.5 + random / 2)
}
