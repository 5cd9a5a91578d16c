import type { Redis } from 'ioredis'
import { PLACE_RENEWAL_MS, releasePlace, renewPlaces } from './place-lease.ts'
import type { PlaceLease } from './place-lease.ts'

export interface PlaceKeeper {
  /** Without asking whether there is one: it is for answers that were let in before. */
  hold(lease: PlaceLease): void
  release(lease: PlaceLease): void
  close(): void
}

/** Holds places in Redis for a process that lets nobody in itself. What Redis misses the next renewal makes up for. */
export function createPlaceKeeper(options: { redis: Redis; renewalMs?: number }): PlaceKeeper {
  const { redis, renewalMs = PLACE_RENEWAL_MS } = options
  const held = new Map<string, PlaceLease>()
  const renew = (leases: readonly PlaceLease[]): void => {
    if (leases.length > 0 && redis.status === 'ready') {
      renewPlaces(redis, leases, Date.now()).catch(() => {})
    }
  }
  const renewal = setInterval(() => renew([...held.values()]), renewalMs)
  renewal.unref()
  return {
    hold(lease) {
      held.set(lease.leaseId, lease)
      renew([lease])
    },
    release(lease) {
      held.delete(lease.leaseId)
      if (redis.status === 'ready') releasePlace(redis, lease).catch(() => {})
    },
    close: () => clearInterval(renewal),
  }
}
