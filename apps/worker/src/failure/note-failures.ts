import { createFailureLog } from '@brainlyx/db'
import type { Database, FailureLog, Pseudonymizer } from '@brainlyx/db'
import type { Lifecycle, Logger } from '@brainlyx/service-kit'
import type { RouterClient, TurnFailure } from '@brainlyx/turn-engine'
import type { Kysely } from 'kysely'

/** Notes the turns that fail here after their first owner died, for whoever asks by the trace id that a user was shown. */
export function startFailureLog(dependencies: {
  lifecycle: Lifecycle
  db: Kysely<Database>
  router: Pick<RouterClient, 'call'>
  pseudonymOf: Pseudonymizer
  logger: Logger
}): (failure: TurnFailure) => void {
  const { lifecycle, db, router, pseudonymOf, logger } = dependencies
  const log: FailureLog = createFailureLog({
    db,
    service: 'worker',
    explain: (id) => router.call('GET', `/admin/decisions/${encodeURIComponent(id)}`),
    onDropped: (count, err) => logger.debug({ err, count }, 'failures were not written down'),
  })
  lifecycle.register('failure log', () => log.close())
  return ({ turnId, userId, problem, decisions }) => {
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
  }
}
