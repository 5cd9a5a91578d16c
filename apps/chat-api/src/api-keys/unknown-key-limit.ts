import type { Redis } from 'ioredis'
import { addressGroup } from '../http/client-address.ts'
import { createAttempts } from '../limits/attempts.ts'
import type { Limit } from '../limits/attempts.ts'

/** Somebody who pasted an old key in all of their programs gets through; who tries keys out does not get far. */
const UNKNOWN_KEY_LIMIT: Limit = { points: 30, durationSeconds: 60 }

export interface UnknownKeyLimit {
  /** Before a key is looked for. @throws {ServiceError} 429 `too-many-attempts` */
  check(address: string): Promise<void>
  /** A key of ours by its form was not there. @throws {ServiceError} 429 where others at once were too many */
  count(address: string): Promise<void>
}

/** Limits unknown keys by address. */
export function createUnknownKeyLimit(options: {
  redis: Redis
  limit?: Limit | undefined
}): UnknownKeyLimit {
  const attempts = createAttempts({
    redis: options.redis,
    name: 'limit:api-key:address',
    limit: options.limit ?? UNKNOWN_KEY_LIMIT,
    detail: 'Too many keys from this address were not ours. Wait a little, then try again.',
  })
  return {
    check: (address) => attempts.check(addressGroup(address)),
    count: (address) => attempts.count(addressGroup(address)),
  }
}
