import { ServiceError } from '@brainlyx/service-kit'
import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'

/** How often in how long. */
export interface Limit {
  readonly points: number
  readonly durationSeconds: number
}

/** Attempts at what may not be tried out, by an address or an account; limited before it is known who somebody is. */
export interface Attempts {
  /** @throws {ServiceError} 429 `too-many-attempts` where the next would be one too many; counts nothing */
  check(key: string): Promise<void>
  /** @throws {ServiceError} 429 `too-many-attempts` where this is one too many */
  count(key: string): Promise<void>
  /** What was counted does not matter any more. */
  forget(key: string): Promise<void>
}

/**
 * Counts across all replicas; each replica for itself while Redis is away.
 * @param options.name of the limit, in Redis
 * @param options.detail for whoever made too many
 */
export function createAttempts(options: {
  redis: Redis
  name: string
  limit: Limit
  detail?: string
}): Attempts {
  const { redis, name: keyPrefix, detail = 'Wait a little, then try again.' } = options
  const { points, durationSeconds: duration } = options.limit
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix,
    points,
    duration,
    insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration }),
  })
  const tooMany = ({ msBeforeNext }: RateLimiterRes): ServiceError =>
    new ServiceError({
      code: 'too-many-attempts',
      status: 429,
      title: 'Too many attempts.',
      detail,
      retryable: true,
      retryAfterMs: msBeforeNext,
    })
  return {
    async check(key) {
      const counted = await limiter.get(key)
      if (counted !== null && counted.consumedPoints >= points) throw tooMany(counted)
    },
    async count(key) {
      try {
        await limiter.consume(key)
      } catch (error) {
        throw error instanceof RateLimiterRes ? tooMany(error) : error
      }
    },
    forget: async (key) => void (await limiter.delete(key).catch(() => false)),
  }
}
