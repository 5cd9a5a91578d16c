import type { Pseudonymizer } from '@brainlyx/db'
import type { Redis } from 'ioredis'

/** How long a place is held without a word of whoever has it. */
export const PLACE_LEASE_MS = 45_000
/** A third of a lease, so that two renewals may be lost. */
export const PLACE_RENEWAL_MS = 15_000

/** A place among those that somebody may have at once: a member of a sorted set in Redis, by when it ends. */
export interface PlaceLease {
  readonly key: string
  readonly leaseId: string
}

/** A name in keys, which outlive a user for a day and so hold a pseudonym. */
export function userSubject(pseudonymOf: Pseudonymizer, userId: string): string {
  return `user:${pseudonymOf(userId)}`
}

/** Of the answers that are written for somebody at once. @param user of `userSubject` */
export function answersKey(user: string): string {
  return `limit:answers:${user}`
}

/** Keeps places for another while, whether they were held or not. */
export async function renewPlaces(
  redis: Redis,
  leases: readonly PlaceLease[],
  nowMs: number,
): Promise<void> {
  const pipeline = redis.pipeline()
  for (const { key, leaseId } of leases) {
    pipeline.zadd(key, (nowMs + PLACE_LEASE_MS) * 1000, leaseId).pexpire(key, PLACE_LEASE_MS)
  }
  await pipeline.exec()
}

export async function releasePlace(redis: Redis, { key, leaseId }: PlaceLease): Promise<void> {
  await redis.zrem(key, leaseId)
}
