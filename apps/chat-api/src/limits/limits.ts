import type { Database, Pseudonymizer } from '@brainlyx/db'
import { createPressureGauge, createReserve } from '@brainlyx/service-kit'
import type { Logger, Metrics, PressureGauge } from '@brainlyx/service-kit'
import { createAnswerPlaces } from '@brainlyx/turn-engine'
import type { AnswerPlaces, Hints } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import { createAdmission } from './admission.ts'
import type { Admit } from './admission.ts'
import { createLimitedReader } from './limited.ts'
import type { LimitedReader } from './limited.ts'
import { createLimitMetrics } from './limit-metrics.ts'
import { createSubjects } from './limit-subject.ts'
import { createLimitsReport } from './limits-report.ts'
import type { LimitsReport } from './limits-report.ts'
import { createReplicaCount } from './replica-count.ts'
import { createStandings } from './standings.ts'
import type { Standings } from './standings.ts'
import { createLimitStore } from './store/limit-store.ts'
import { createLocalLimits } from './store/local-limits.ts'
import { createRedisLimits } from './store/redis-limits.ts'
import { createTiers } from './tiers.ts'
import type { Tiers } from './tiers.ts'
import { createTokenCounts } from './token-counts.ts'

/** How much a process works on at once, answers that stream not counted; a fifth of it is for critical work only. */
const PLACES = { places: 250, reserved: 0.2 }

export interface Limits {
  readonly admit: Admit
  readonly report: LimitsReport
  /** Who asks, and what they may use. */
  readonly limitedOf: LimitedReader
  readonly tiers: Tiers
  readonly standings: Standings
  readonly observer: AnswerPlaces['observer']
  /** Before anything is served. */
  load(): Promise<void>
  close(): void
}

export interface LimitsDependencies {
  db: Kysely<Database>
  redis: Redis
  hints: Hints
  pseudonymOf: Pseudonymizer
  /** On a laptop everybody is the same address. */
  exemptLoopback: boolean
  logger: Logger
  metrics: Metrics
  nowMs: () => number
  /** Default: as the process is. */
  pressure?: Pick<PressureGauge, 'current'> | undefined
  /** How long Redis is waited for. */
  redisPatienceMs?: number | undefined
}

/** Everything that says who may do how much, on one store. */
export function createLimits(dependencies: LimitsDependencies): Limits {
  const { db, redis, hints, pseudonymOf, exemptLoopback, logger, metrics, nowMs } = dependencies
  const gauge = dependencies.pressure === undefined ? createPressureGauge() : undefined
  const pressure = dependencies.pressure ?? gauge!
  const replicas = createReplicaCount({ db, logger })
  const store = createLimitStore({
    shared: createRedisLimits({ redis }),
    local: createLocalLimits({ nowMs: Date.now }),
    isReady: () => redis.status === 'ready',
    replicas: () => replicas.current,
    patienceMs: dependencies.redisPatienceMs,
  })
  const tiers = createTiers({ db, redis, hints, logger })
  const standings = createStandings({ db, redis, hints, store, pseudonymOf, logger, nowMs })
  const tokens = createTokenCounts({ db, nowMs })
  const places = createAnswerPlaces({ store, pseudonymOf })
  const reserve = createReserve(PLACES)
  const limitedOf = createLimitedReader({
    tiers,
    standings,
    subjectOf: createSubjects({ pseudonymOf, exemptLoopback }),
  })
  return {
    tiers,
    standings,
    limitedOf,
    admit: createAdmission({
      limitedOf,
      standings,
      store,
      tokens,
      places,
      reserve,
      pressure,
      metrics: createLimitMetrics(metrics, { store, pressure, reserve }),
      nowMs,
    }),
    report: createLimitsReport({
      standings,
      store,
      tokens,
      limitedOf,
      nowMs,
    }),
    observer: {
      ...places.observer,
      stored(turn, finish) {
        tokens.forget(turn.userId)
        places.observer.stored(turn, finish)
        if (finish === 'content-filter') void standings.note(turn.userId, 'refused-content')
      },
    },
    async load() {
      await Promise.all([tiers.load(), replicas.load()])
    },
    close() {
      gauge?.close()
      tiers.close()
      standings.close()
      replicas.close()
      store.close()
    },
  }
}
