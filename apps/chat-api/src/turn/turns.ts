import type { Database, Reads } from '@brainlyx/db'
import type { Logger, Metrics } from '@brainlyx/service-kit'
import { createTurnEngine, createTurnFollower, observeTogether } from '@brainlyx/turn-engine'
import type { Hints, RouterClient, TurnEngine, TurnLog, TurnObserver } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import type { ModelList } from '../model/model-list.ts'
import { createTurnStreams } from './stream-turn.ts'
import type { TurnStreamsDependencies } from './stream-turn.ts'
import { createTurnEndings } from './turn-entries.ts'
import { createTurnMetrics } from './turn-metrics.ts'
import { turnRoutes } from './turn.routes.ts'
import type { TurnRoutesDependencies } from './turn.routes.ts'
import { createTurnService } from './turn.service.ts'
import type { TurnService } from './turn.service.ts'

export interface Turns {
  readonly engine: TurnEngine
  readonly service: TurnService
  /** The routes, for whom they are open to. */
  handlers(
    rights: Pick<TurnRoutesDependencies, 'admit'> &
      Pick<TurnStreamsDependencies, 'watchRights' | 'leaving'>,
  ): ReturnType<typeof turnRoutes>
}

/** Turns: begun and run here, and streamed to whoever watches. */
export function createTurns(dependencies: {
  db: Kysely<Database>
  reads: Reads
  redis: Redis
  log: TurnLog
  hints: Hints
  router: RouterClient
  models: ModelList
  heartbeat: { processId: string; isAlive: () => boolean }
  /** Besides the metrics. */
  observer: Pick<TurnObserver, 'started' | 'stored' | 'ended'>
  onFailure: NonNullable<TurnObserver['failed']>
  hintOutbox: () => void
  logger: Logger
  metrics: Metrics
  nowMs: () => number
}): Turns {
  const { db, reads, redis, log, hints, router, models, heartbeat, hintOutbox, logger, nowMs } =
    dependencies
  const metrics = createTurnMetrics(dependencies.metrics)
  const owner = heartbeat.processId
  const engine = createTurnEngine({
    db,
    log,
    hints,
    router,
    owner,
    isAlive: () => heartbeat.isAlive(),
    contextTokensOf: (model) => models.contextTokensOf(model),
    priceOf: (model) => models.priceOf(model),
    hintOutbox,
    noteWrite: (userId) => reads.noteWrite(userId),
    observer: {
      ...observeTogether(metrics.observer, dependencies.observer),
      failed: dependencies.onFailure,
    },
    logger,
    nowMs: () => performance.now(),
  })
  const service = createTurnService({ db, reads, models, redis, log, engine, owner, nowMs })
  const endings = createTurnEndings(db)
  const follower = createTurnFollower({ log, hints, liveTurns: engine.liveTurns, endings })
  return {
    engine,
    service,
    handlers: ({ admit, watchRights, leaving }) =>
      turnRoutes({
        turns: service,
        admit,
        stream: createTurnStreams({
          follower,
          openStreams: metrics.openStreams,
          watchRights,
          leaving,
        }),
      }),
  }
}
