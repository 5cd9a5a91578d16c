import { packNextMonth } from '@brainlyx/db'
import type { JobHandler } from '@brainlyx/jobs'
import type { Logger } from '@brainlyx/service-kit'

/**
 * Packs a month that is over, the newest that is not, where the owner's URL is known. One a run: each is read and
 * written once as a whole, and an installation that has years of them shall not notice. Last month is among them from
 * its end on, though ids that are a month old may still come: their few messages lie at its end.
 */
export function createPackMonthJob(dependencies: {
  logger: Logger
  now: () => Date
  /** Of the role that owns the tables. Absent: months stay as they were written. */
  ownerUrl: string | undefined
  stopping: AbortSignal
}): JobHandler<'pack-month'> {
  const { logger, now, ownerUrl, stopping } = dependencies

  return async () => {
    if (ownerUrl === undefined || stopping.aborted) return
    const packed = await packNextMonth(ownerUrl, now(), { stopping })
    if (packed === undefined) return
    if (packed.isPacked) logger.info({ month: packed.month }, 'packed a month')
    else logger.warn({ month: packed.month }, 'a month is packed another time')
  }
}
