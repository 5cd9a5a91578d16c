import { PLACE_LEASE_MS, releasePlace, renewPlaces } from '@brainlyx/turn-engine'
import type { PlaceLease } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { LimitCheck, LimitState, TakeRequest, Taken } from './limit-check.ts'
import { withTakeCommand } from './take-script.ts'

export interface SharedLimits {
  /** One round trip. @throws what ioredis says where Redis is away */
  take(request: TakeRequest): Promise<Taken>
  release(lease: PlaceLease): Promise<void>
  /** Keeps places for another while. */
  renew(leases: readonly PlaceLease[]): Promise<void>
  /** What was taken for nothing. */
  giveBack(what: GiveBack): Promise<void>
}

export interface GiveBack {
  /** Of windows, with how much. */
  readonly windows: readonly { key: string; cost: number }[]
  /** `once.key` of what may be counted again. */
  readonly onceKey: string | undefined
}

/** Limits that all replicas share, in Redis. @param nowMs default: Redis' own clock */
export function createRedisLimits(options: { redis: Redis; nowMs?: () => number }): SharedLimits {
  const { nowMs } = options
  const redis = withTakeCommand(options.redis)
  return {
    async take({ checks, once, peek = false }) {
      const instead = once?.instead ?? []
      const all = [...checks, ...instead]
      const [taken, repeated, refused, ...states] = await redis.takeFromLimits(
        all.length + 1,
        once?.key ?? '',
        ...all.map(({ key }) => key),
        nowMs === undefined ? 0 : nowMs() * 1000,
        peek ? 1 : 0,
        once?.forMs ?? 0,
        checks.length,
        ...all.flatMap(argumentsOf),
      )
      const asked = repeated === 1 ? instead : checks
      const read = states.map((text, index) => toState(asked[index]!, text))
      return {
        refused: taken === 1 ? undefined : read[refused],
        states: read,
        repeated: repeated === 1,
        by: 'all',
      }
    },
    release: (lease) => releasePlace(redis, lease),
    renew: (leases) => renewPlaces(redis, leases, nowMs?.() ?? Date.now()),
    async giveBack({ windows, onceKey }) {
      const pipeline = redis.pipeline()
      for (const { key, cost } of windows) pipeline.decrby(key, cost)
      if (onceKey !== undefined) pipeline.del(onceKey)
      await pipeline.exec()
    },
  }
}

function argumentsOf(check: LimitCheck): (string | number)[] {
  switch (check.kind) {
    case 'bucket':
      return ['bucket', intervalUs(check.perMinute), check.capacity, check.cost]
    case 'window':
      return ['window', check.limit, check.cost, check.endsAtMs * 1000]
    case 'slots':
      return ['slots', check.limit, PLACE_LEASE_MS * 1000, check.leaseId]
  }
}

/** What a bucket takes to fill by one. */
export function intervalUs(perMinute: number): number {
  return Math.max(1, Math.round(60_000_000 / perMinute))
}

function toState(check: LimitCheck, text: string): LimitState {
  const [used = 0, remaining = 0, resetUs = 0, retryUs = 0] = text.split(' ').map(Number)
  return {
    check,
    limit: check.kind === 'bucket' ? check.capacity : check.limit,
    used,
    remaining,
    resetMs: Math.ceil(resetUs / 1000),
    retryAfterMs: Math.ceil(retryUs / 1000),
  }
}
