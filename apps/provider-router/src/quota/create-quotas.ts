import type { Logger } from '@brainlyx/service-kit'
import type { Coordination } from '../coordination/coordination.ts'
import { PAUSE_TOPIC, PauseMessage } from './pause/pause-message.ts'
import { createQuotaEngine } from './quota-engine.ts'
import type { Quotas } from './quotas.ts'
import { redisBooks } from './shared/redis-books.ts'

const TICK_MS = 250
/** How often all replicas look for what they were not told. */
const TICKS_A_LOOK = 4

/**
 * Quotas that replicas share through leased slices: Redis counts what each replica may use for half a second, and the
 * replica uses it in memory. Nothing that a call does waits for Redis.
 *
 * How far the limits hold (`rate/overdraft.ts`, `rate/local-share.ts` and `calls/` say why), of what is reserved at
 * the time it is reserved:
 * - Requests and tokens while Redis answers: in any 60 seconds at most the limit while all replicas use the scope; up
 *   to 4 % more within the first answer to replicas that come from far; for limits under 100, and tokens where one
 *   call's estimate is more than those percentages, one call of each replica more. What calls turn out to need above
 *   their estimates comes on top, and is made up for by granting less.
 * - While Redis is away: the limit, plus the other replicas' leases of the last half second; a replica that had not
 *   used the scope for ten seconds may add its fair share, limit / replicas, and so may one that alone has lost Redis.
 * - Calls at once: at most the limit, one call of each replica more where it is under four for each; while Redis is
 *   away, plus the fair shares of replicas that had fewer, until calls that run elsewhere have ended.
 * - One replica alone: the limit.
 */
export function createQuotas(options: {
  coordination: Coordination
  /** A clock that never goes back. */
  nowMs: () => number
  random: () => number
  logger?: Logger
}): Quotas {
  const { coordination, nowMs, random, logger } = options
  const books = redisBooks(coordination)
  let isScheduled = false
  // What comes up in one turn of the event loop goes out together.
  const exchangeSoon = (): void => {
    if (isScheduled) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      void engine.exchange()
    })
  }
  const engine = createQuotaEngine({
    books,
    replicaCount: () => coordination.replicaCount,
    nowMs,
    random,
    logger,
    onWork: exchangeSoon,
    onPause(pause) {
      coordination.publish(PAUSE_TOPIC, pause)
      if (!books.isReachable) return
      books.record(pause).catch((error: unknown) => {
        logger?.debug({ err: error, scopeId: pause.scopeId }, 'a pause was not recorded')
      })
    },
  })

  let ticks = 0
  const ticking = setInterval(() => {
    engine.tick()
    ticks++
    if (ticks % TICKS_A_LOOK === 0) void engine.exchange(true)
  }, TICK_MS)
  ticking.unref()
  const unsubscribe = coordination.subscribe(PAUSE_TOPIC, (message) => {
    const pause = PauseMessage.safeParse(message)
    if (pause.success) engine.hear(pause.data)
  })
  const offConnect = coordination.onConnect(() => void engine.exchange(true))

  return {
    ...engine,
    close() {
      clearInterval(ticking)
      unsubscribe()
      offConnect()
      engine.close()
      void engine.exchange()
    },
  }
}
