import type { RedisOptions } from 'ioredis'

/** For {@link createJobProducer}: an unreachable Redis is an error soon, for the caller to try again later. */
export const producerRedisOptions: RedisOptions = {
  connectTimeout: 2_000,
  commandTimeout: 2_000,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
}

/** For {@link createJobConsumers}: waits for Redis as long as it takes, which BullMQ insists on. */
export const consumerRedisOptions: RedisOptions = {
  connectTimeout: 2_000,
  maxRetriesPerRequest: null,
  retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
}
