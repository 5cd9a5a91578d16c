import type { Redis } from 'ioredis'

const REPLICAS = 'router:replicas'
const FORGOTTEN_AFTER_MS = 5_000

/** By the clock of Redis, the only one that all replicas share. */
const ANNOUNCE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])
`

/** This replica is there. To be said every second. @returns how many have said so lately, this one included */
export async function announce(redis: Redis, replicaId: string): Promise<number> {
  return Number(await redis.eval(ANNOUNCE, 1, REPLICAS, replicaId, FORGOTTEN_AFTER_MS))
}

/** This replica goes, and is counted no longer. */
export async function leave(redis: Redis, replicaId: string): Promise<void> {
  await redis.zrem(REPLICAS, replicaId)
}
