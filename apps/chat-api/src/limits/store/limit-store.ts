import { PLACE_RENEWAL_MS } from '@brainlyx/turn-engine'
import type { PlaceLease } from '@brainlyx/turn-engine'
import type { LimitCheck, TakeRequest, Taken } from './limit-check.ts'
import type { LocalLimits } from './local-limits.ts'
import type { GiveBack, SharedLimits } from './redis-limits.ts'

/** A Redis that hangs delays some requests by so much, and then none for a while. */
const PATIENCE_MS = 20
const PATIENCE_TURNS = 4
/** One answer that is late means little; none at all for so long means that there will be none. */
const SILENCE_MS = 100
const PAUSE_MS = 1_000

export interface LimitStore {
  /** Never throws, and does not wait for Redis longer than 20 ms. */
  take(request: TakeRequest): Promise<Taken>
  /** Keeps a place that was taken until it is released, without asking for one where it was not. */
  hold(lease: PlaceLease): void
  release(lease: PlaceLease): void
  giveBack(what: GiveBack): void
  /** Whether each replica counts for itself at the moment. */
  readonly isLocal: boolean
  close(): void
}

/**
 * Limits across all replicas by Redis; while it is away each replica grants its share. What all of them grant is then at
 * most the limit once more, and one for each further replica: less where they know what Redis had counted. Places that
 * this process holds stay counted.
 * @param isReady whether Redis can be asked at all
 * @param replicas how many share a limit
 */
export function createLimitStore(options: {
  shared: SharedLimits
  local: LocalLimits
  isReady: () => boolean
  replicas: () => number
  patienceMs?: number | undefined
  nowMs?: () => number
}): LimitStore {
  const { shared, local, isReady, replicas } = options
  const { patienceMs = PATIENCE_MS, nowMs = () => performance.now() } = options
  const held = new Map<string, PlaceLease>()
  let awayUntil = -Infinity
  let answeredAt = -Infinity
  const isAway = (): boolean => !isReady() || nowMs() < awayUntil

  const renewal = setInterval(() => {
    const leases = [...held.values()]
    for (const lease of leases) local.hold(lease)
    if (leases.length > 0 && !isAway()) shared.renew(leases).catch(() => {})
  }, PLACE_RENEWAL_MS)
  renewal.unref()

  function hold(lease: PlaceLease): void {
    held.set(nameOf(lease), lease)
    local.hold(lease)
  }

  /** Also an answer that nobody waits for any more shows that Redis is there. */
  async function ask(request: TakeRequest): Promise<Taken> {
    const taken = await shared.take(request)
    answeredAt = nowMs()
    return taken
  }

  function takeLocally(request: TakeRequest): Taken {
    return local.take(shareOf(request, Math.max(1, replicas())))
  }

  return {
    async take(request) {
      let taken: Taken
      if (isAway()) taken = takeLocally(request)
      else {
        try {
          taken = await inTime(ask(request), patienceMs / PATIENCE_TURNS)
          local.learn(taken.states, Math.max(1, replicas()))
        } catch {
          if (nowMs() - answeredAt > SILENCE_MS) awayUntil = nowMs() + PAUSE_MS
          taken = takeLocally(request)
        }
      }
      if (taken.refused !== undefined || request.peek === true) return taken
      const places = taken.states.flatMap(({ check }) => (check.kind === 'slots' ? check : []))
      for (const place of places) hold(place)
      // Whoever asks next shall know of them, if Redis was only slow.
      if (taken.by === 'local' && places.length > 0 && isReady())
        shared.renew(places).catch(() => {})
      return taken
    },
    hold(lease) {
      if (held.has(nameOf(lease))) return
      hold(lease)
      if (!isAway()) shared.renew([lease]).catch(() => {})
    },
    release(lease) {
      held.delete(nameOf(lease))
      local.release(lease.key, lease.leaseId)
      if (isReady()) shared.release(lease).catch(() => {})
    },
    giveBack(what) {
      local.giveBack(what)
      if (isReady()) shared.giveBack(what).catch(() => {})
    },
    get isLocal() {
      return isAway()
    },
    close: () => clearInterval(renewal),
  }
}

/**
 * Waits for so many turns of the event loop, each a while long. In a process that is busy itself a turn takes longer,
 * and an answer that has come is read in it: Redis is not to blame for that.
 */
function inTime<T>(answer: Promise<T>, turnMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let left = PATIENCE_TURNS
    let timer: NodeJS.Timeout | undefined
    const wait = (): void => {
      if (left-- > 0) timer = setTimeout(() => setImmediate(wait), turnMs)
      else reject(tooLate)
    }
    wait()
    answer.then(resolve, reject).finally(() => {
      left = 0
      clearTimeout(timer)
    })
  })
}

const tooLate = new Error('Redis did not answer in time')

const nameOf = ({ key, leaseId }: PlaceLease): string => `${key} ${leaseId}`

function shareOf(request: TakeRequest, replicas: number): TakeRequest {
  const { once } = request
  const share = (checks: readonly LimitCheck[]): LimitCheck[] =>
    checks.map((check) => {
      const part = (limit: number): number => Math.max(1, Math.ceil(limit / replicas))
      return check.kind === 'bucket'
        ? { ...check, capacity: part(check.capacity), perMinute: check.perMinute / replicas }
        : { ...check, limit: part(check.limit) }
    })
  return {
    ...request,
    checks: share(request.checks),
    ...(once === undefined ? {} : { once: { ...once, instead: share(once.instead) } }),
  }
}
