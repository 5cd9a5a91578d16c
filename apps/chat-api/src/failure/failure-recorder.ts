import { createFailureLog } from '@brainlyx/db'
import type { Database, FailureLog, Pseudonymizer } from '@brainlyx/db'
import type { HttpAppOptions, Logger, Metrics } from '@brainlyx/service-kit'
import type { RouterClient, TurnFailure } from '@brainlyx/turn-engine'
import type { Kysely } from 'kysely'
import { Counter } from 'prom-client'
import { principalOf } from '../http/principal.ts'

export interface FailureRecorder {
  readonly onHttpFailure: NonNullable<HttpAppOptions['onFailure']>
  readonly onTurnFailure: (failure: TurnFailure) => void
  readonly explainDecision: (decisionId: string) => Promise<unknown>
  close(): Promise<void>
}

/** Notes what fails here, so that an administrator finds it by the trace id that the user was shown. */
export function createFailureRecorder(dependencies: {
  db: Kysely<Database>
  router: Pick<RouterClient, 'call'>
  pseudonymOf: Pseudonymizer
  logger: Logger
  metrics: Metrics
}): FailureRecorder {
  const { db, router, pseudonymOf, logger, metrics } = dependencies
  const dropped = new Counter({
    name: 'failures_dropped_total',
    help: 'Failures that were not written down: too many at once, or the database was away',
    registers: [metrics.registry],
  })
  const explainDecision = (decisionId: string): Promise<unknown> =>
    router.call('GET', `/admin/decisions/${encodeURIComponent(decisionId)}`)
  const log: FailureLog = createFailureLog({
    db,
    service: 'chat-api',
    explain: explainDecision,
    onDropped(count, cause) {
      dropped.inc(count)
      if (cause !== undefined) logger.debug({ err: cause, count }, 'failures were not written down')
    },
  })

  return {
    explainDecision,
    onHttpFailure({ problem, route, response }) {
      const userId = principalOf(response)?.userId
      const { traceId, code, status } = problem
      const actor = userId === undefined ? null : pseudonymOf(userId)
      log.note({ traceId, code, status, route, actor, turnId: null })
    },
    onTurnFailure({ turnId, userId, problem, decisions }) {
      const { traceId, code, status } = problem
      log.note({
        traceId,
        code,
        status,
        route: 'turn',
        actor: pseudonymOf(userId),
        turnId,
        decisions,
      })
    },
    close: () => log.close(),
  }
}
