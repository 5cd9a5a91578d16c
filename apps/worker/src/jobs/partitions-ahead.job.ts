import { ensurePartitions } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { JobHandler } from '@brainlyx/jobs'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'

/** Keeps the monthly partitions six months ahead of today. */
export function createPartitionsAheadJob(dependencies: {
  db: Kysely<Database>
  logger: Logger
  now: () => Date
}): JobHandler<'partitions-ahead'> {
  const { db, logger, now } = dependencies
  return async () => {
    const partitions = await ensurePartitions(db, now())
    if (partitions.length > 0) logger.info({ partitions }, 'made partitions ahead')
  }
}
