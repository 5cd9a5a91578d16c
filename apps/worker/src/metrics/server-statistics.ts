import { createServerMetrics, readServerStatistics } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { Lifecycle, Logger, Metrics } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { startLoop } from '../loop/loop.ts'

/** Sizes of all partitions are looked up in the file system, so not each time that somebody asks for metrics. */
const EVERY_MS = 60_000

/** Shows what the database server knows of itself, as it was up to a minute ago. */
export function startServerStatistics(dependencies: {
  lifecycle: Lifecycle
  logger: Logger
  metrics: Metrics
  db: Kysely<Database>
}): void {
  const { lifecycle, logger, metrics, db } = dependencies
  const shown = createServerMetrics(metrics.registry)
  const reading = startLoop({
    everyMs: EVERY_MS,
    round: async () => {
      shown.show(await readServerStatistics(db))
      return false
    },
    onError(error) {
      shown.show(undefined)
      logger.warn({ err: error }, 'could not read the statistics of the database')
    },
  })
  lifecycle.register('database statistics', () => reading.stop())
}
