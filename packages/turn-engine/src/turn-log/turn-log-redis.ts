import type { RedisOptions } from 'ioredis'

/**
 * How to connect for the turn log: an unreachable Redis answers with an error within half a second, and is tried
 * again every second at most, so that no request and no delta ever hangs on it.
 */
export const turnLogRedisOptions: RedisOptions = {
  connectTimeout: 1_000,
  commandTimeout: 500,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
}
