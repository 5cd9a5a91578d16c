import { purgeDelivered, purgeProcesses } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { JobHandler } from '@brainlyx/jobs'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'

/** Delivered messages are kept for a day, for whoever looks into what happened. */
const KEEP_DELIVERED_MS = 24 * 60 * 60 * 1000
/** Long after everybody took the process for dead and its turns were claimed. */
const FORGET_PROCESS_MS = 60 * 60 * 1000

export function createHousekeepingJob(dependencies: {
  db: Kysely<Database>
  logger: Logger
}): JobHandler<'housekeeping'> {
  const { db, logger } = dependencies
  return async () => {
    const outbox = await purgeDelivered(db, KEEP_DELIVERED_MS)
    const processes = await purgeProcesses(db, FORGET_PROCESS_MS)
    logger.debug({ outbox, processes }, 'forgot what has served its purpose')
  }
}
