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
 * How far the limits hold, of what is reserved at the time it is reserved (why: `rate/overdraft.ts`,
 * `rate/local-share.ts`, `calls/slots-script.ts`):
 * - Requests and tokens, while Redis answers: in any 60 seconds no more than the limit, as long as the replicas heard
 *   of the scope while it filled up. A replica that did not may add its part of 5 % before its first answer, at most
 *   4 % above the limit over all of them. Limits under 100, and tokens where one call's estimate is more than those
 *   percentages, may be exceeded by one call of each replica. What calls need above their estimates comes on top, and
 *   less is granted until it is a minute old.
 * - While Redis is away, slow, or coming back: the limit and what the others lease in half a second. A replica that
 *   loses Redis alone, or has not used the scope for ten seconds, may add its fair share, limit / replicas. Replicas
 *   that start without Redis do not know of each other, and each keeps to the limit by itself.
 * - Calls at once: no more than the limit, or one call of each replica more where that is under four calls a replica.
 *   While Redis is away, also the fair shares of replicas that had fewer, until calls that run elsewhere have ended.
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

  const { reserve, refusal, headroom, learn, pause } = engine
  return {
    reserve,
    refusal,
    headroom,
    learn,
    pause,
    close() {
      clearInterval(ticking)
      unsubscribe()
      offConnect()
      engine.close()
      void engine.exchange()
    },
  }
}
