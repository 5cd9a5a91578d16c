import { PLACE_LEASE_MS } from '@brainlyx/turn-engine'
import type { PlaceLease } from '@brainlyx/turn-engine'
import { SLOT_RETRY_MS } from './limit-check.ts'
import type {
  BucketCheck,
  LimitCheck,
  LimitState,
  SlotsCheck,
  TakeRequest,
  Taken,
  WindowCheck,
} from './limit-check.ts'
import { intervalUs } from './redis-limits.ts'
import type { GiveBack } from './redis-limits.ts'

/** The same as in Redis, in this process alone. */
export interface LocalLimits {
  take(request: TakeRequest): Taken
  /** Goes on from what all replicas have used together, should it have to. @param replicas among how many that is divided */
  learn(states: readonly LimitState[], replicas: number): void
  /** A place that is held for sure, whatever the limit. */
  hold(lease: PlaceLease): void
  release(key: string, leaseId: string): void
  giveBack(what: GiveBack): void
}

/** Beyond this many keys those that were written first are forgotten. */
const KEY_LIMIT = 50_000

interface Entry {
  /** When a bucket is full, in µs; how much of a window is used. */
  value: number
  /** When each place is free, in µs. */
  readonly leases: Map<string, number>
  /** In µs; from then on it is as if it had never been. */
  expiresAt: number
}

/** What a check would leave behind. */
interface Weighed {
  readonly state: LimitState
  /** Writes it. @returns the state from then on */
  readonly take: () => LimitState
}

export function createLocalLimits({ nowMs }: { nowMs: () => number }): LocalLimits {
  const entries = new Map<string, Entry>()

  function read(key: string, now: number): Entry | undefined {
    const entry = entries.get(key)
    return entry !== undefined && entry.expiresAt > now ? entry : undefined
  }

  function write(key: string, entry: Entry): void {
    if (!entries.has(key) && entries.size >= KEY_LIMIT) entries.delete(entries.keys().next().value!)
    entries.set(key, entry)
  }

  function weigh(check: LimitCheck, now: number): Weighed {
    switch (check.kind) {
      case 'bucket':
        return weighBucket(check, now)
      case 'window':
        return weighWindow(check, now)
      case 'slots':
        return weighSlots(check, now)
    }
  }

  function weighBucket(check: BucketCheck, now: number): Weighed {
    const { key, capacity, perMinute, cost } = check
    const interval = intervalUs(perMinute)
    let fullAt = Math.max(read(key, now)?.value ?? 0, now)
    // Nobody owes more than a whole bucket, however slow it was before.
    const most = now + interval * capacity
    if (fullAt > most + 1) {
      fullAt = most
      write(key, { value: fullAt, leases: NONE, expiresAt: fullAt })
    }
    const fullAfter = fullAt + interval * cost
    const waitUs = fullAfter - now - interval * capacity
    return {
      state: stateOf(check, (fullAt - now) / interval, fullAt - now, waitUs < 1 ? 0 : waitUs),
      take() {
        write(key, { value: fullAfter, leases: NONE, expiresAt: fullAfter })
        return stateOf(check, (fullAfter - now) / interval, fullAfter - now, 0)
      },
    }
  }

  function weighWindow(check: WindowCheck, now: number): Weighed {
    const { key, limit, cost, endsAtMs } = check
    const used = read(key, now)?.value ?? 0
    const endsAt = endsAtMs * 1000
    const resetUs = endsAt - now
    return {
      state: stateOf(check, used, resetUs, used + cost > limit ? resetUs : 0),
      take() {
        write(key, { value: used + cost, leases: NONE, expiresAt: endsAt })
        return stateOf(check, used + cost, resetUs, 0)
      },
    }
  }

  function weighSlots(check: SlotsCheck, now: number): Weighed {
    const { key, limit, leaseId } = check
    const leases = read(key, now)?.leases ?? new Map<string, number>()
    const used = [...leases.values()].filter((freeAt) => freeAt > now).length
    const isHeld = (leases.get(leaseId) ?? 0) > now
    const after = isHeld ? used : used + 1
    return {
      state: stateOf(check, used, 0, !isHeld && after > limit ? SLOT_RETRY_MS * 1000 : 0),
      take() {
        place({ key, leaseId }, now)
        return stateOf(check, after, 0, 0)
      },
    }
  }

  function place({ key, leaseId }: PlaceLease, now: number): void {
    const expiresAt = now + PLACE_LEASE_MS * 1000
    const leases = read(key, now)?.leases ?? new Map<string, number>()
    for (const [id, freeAt] of leases) if (freeAt <= now) leases.delete(id)
    leases.set(leaseId, expiresAt)
    write(key, { value: 0, leases, expiresAt })
  }

  return {
    take({ checks, once, peek = false }) {
      const now = nowMs() * 1000
      const repeated = once !== undefined && read(once.key, now) !== undefined
      const weighed = (repeated ? once.instead : checks).map((check) => weigh(check, now))
      const refused = weighed.find(({ state }) => state.retryAfterMs > 0)?.state
      const takes = refused === undefined && !peek
      if (takes && once !== undefined && !repeated) {
        write(once.key, { value: 1, leases: NONE, expiresAt: now + once.forMs * 1000 })
      }
      const states = weighed.map(({ state, take }) => (takes ? take() : state))
      return { refused, states, repeated, by: 'local' }
    },
    learn(states, replicas) {
      const now = nowMs() * 1000
      for (const { check, used } of states) {
        if (check.kind === 'bucket') {
          // A share fills as many times slower as it is smaller.
          const fullAt = now + used * intervalUs(check.perMinute)
          write(check.key, { value: fullAt, leases: NONE, expiresAt: fullAt })
        } else if (check.kind === 'window') {
          const value = Math.floor(used / replicas)
          write(check.key, { value, leases: NONE, expiresAt: check.endsAtMs * 1000 })
        }
      }
    },
    hold: (lease) => place(lease, nowMs() * 1000),
    release: (key, leaseId) => void entries.get(key)?.leases.delete(leaseId),
    giveBack({ windows, onceKey }) {
      for (const { key, cost } of windows) {
        const entry = entries.get(key)
        if (entry !== undefined) entry.value -= cost
      }
      if (onceKey !== undefined) entries.delete(onceKey)
    },
  }
}

const NONE: Map<string, number> = new Map()

function stateOf(check: LimitCheck, used: number, resetUs: number, retryUs: number): LimitState {
  const limit = check.kind === 'bucket' ? check.capacity : check.limit
  return {
    check,
    limit,
    // What filled up by less than a millionth has not.
    used: Math.ceil(used - 0.000001),
    remaining: Math.max(0, Math.floor(limit - used + 0.000001)),
    resetMs: Math.ceil(resetUs / 1000),
    retryAfterMs: Math.ceil(retryUs / 1000),
  }
}
