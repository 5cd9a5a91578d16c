import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { ServiceError } from '@brainlyx/service-kit'
import { addressGroup } from '../http/client-address.ts'
import type { Limit } from '../identity/sign-in-limits.ts'

/** Somebody who pasted an old key in all of their programs gets through; who tries keys out does not get far. */
const UNKNOWN_KEY_LIMIT: Limit = { points: 30, durationSeconds: 60 }

export interface UnknownKeyLimit {
  /** Before a key is looked for. @throws {ServiceError} 429 `too-many-attempts` */
  check(address: string): Promise<void>
  /** A key of ours by its form was not there. */
  count(address: string): Promise<void>
}

/** Limits unknown keys by address across all replicas; by each replica for itself while Redis is away. */
export function createUnknownKeyLimit(options: {
  redis: Redis
  limit?: Limit | undefined
}): UnknownKeyLimit {
  const { points, durationSeconds: duration } = options.limit ?? UNKNOWN_KEY_LIMIT
  const keyPrefix = 'limit:api-key:address'
  const limiter = new RateLimiterRedis({
    storeClient: options.redis,
    keyPrefix,
    points,
    duration,
    insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration }),
  })
  return {
    async check(address) {
      const counted = await limiter.get(addressGroup(address))
      if (counted === null || counted.consumedPoints < points) return
      throw new ServiceError({
        code: 'too-many-attempts',
        status: 429,
        title: 'Too many attempts.',
        detail: 'Too many keys from this address were not ours. Wait a little, then try again.',
        retryable: true,
        retryAfterMs: counted.msBeforeNext,
      })
    },
    async count(address) {
      try {
        await limiter.consume(addressGroup(address))
      } catch (error) {
        // The next one is told.
        if (!(error instanceof RateLimiterRes)) throw error
      }
    },
  }
}
