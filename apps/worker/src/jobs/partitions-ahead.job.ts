import { ensurePartitions, monthsAhead } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { JobHandler } from '@brainlyx/jobs'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'

/** The job runs daily and makes six: who has fewer than this has been without it for months. */
const ALARM_BELOW = 2

/** Keeps the monthly partitions six months ahead of today, and says so where a table has fewer than two. */
export function createPartitionsAheadJob(dependencies: {
  db: Kysely<Database>
  logger: Logger
  now: () => Date
}): JobHandler<'partitions-ahead'> {
  const { db, logger, now } = dependencies

  async function alarm(): Promise<void> {
    for (const [table, months] of await monthsAhead(db, now())) {
      if (months < ALARM_BELOW) logger.error({ table, months }, 'too few partitions ahead')
    }
  }

  return async () => {
    try {
      const partitions = await ensurePartitions(db, now())
      if (partitions.length > 0) logger.info({ partitions }, 'made partitions ahead')
    } finally {
      await alarm()
    }
  }
}
