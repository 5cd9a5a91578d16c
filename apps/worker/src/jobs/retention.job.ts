import { deleteIdleChat, dropEmptyMonths, findIdleChats, listRetentionPolicies } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { JobHandler } from '@brainlyx/jobs'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'

const DAY_MS = 24 * 60 * 60 * 1000
const USERS_AT_ONCE = 200
/** A client's id may be 31 days old, so that last month is still being written to; one more is left out of caution. */
const MONTHS_LEFT_ALONE = 2

/**
 * Deletes the chats that their tier may not keep any longer, each in a transaction of its own, so that nobody waits
 * for many; then the months in which no row is left, where the owner's URL is known.
 */
export function createRetentionJob(dependencies: {
  db: Kysely<Database>
  logger: Logger
  now: () => Date
  /** Of the role that owns the tables. Absent: months that are empty stay. */
  ownerUrl?: string | undefined
  /** Whoever is leaving leaves the rest for the next time. */
  stopping: AbortSignal
}): JobHandler<'retention'> {
  const { db, logger, now, ownerUrl, stopping } = dependencies

  async function deleteIdleChats(tier: string, idleSince: Date): Promise<number> {
    let deleted = 0
    let afterUserId: string | null = null
    do {
      const page = await findIdleChats(db, { tier, idleSince, users: USERS_AT_ONCE, afterUserId })
      for (const chat of page.chats) {
        if (stopping.aborted) return deleted
        const isDeleted = await db
          .transaction()
          .execute((transaction) => deleteIdleChat(transaction, { ...chat, idleSince }))
        if (isDeleted) deleted++
      }
      afterUserId = page.nextUserId
    } while (afterUserId !== null && !stopping.aborted)
    return deleted
  }

  return async () => {
    for (const { tier, chatIdleDays } of await listRetentionPolicies(db)) {
      const idleSince = new Date(now().getTime() - chatIdleDays * DAY_MS)
      const chats = await deleteIdleChats(tier, idleSince)
      if (chats > 0)
        logger.info({ tier, chats, idleSince }, 'deleted chats that were idle for long')
    }
    if (ownerUrl === undefined || stopping.aborted) return
    const { dropped, left } = await dropEmptyMonths(ownerUrl, monthsBefore(now()))
    if (dropped.length > 0) logger.info({ dropped }, 'dropped months that were empty')
    if (left.length > 0) logger.warn({ left }, 'months in use are dropped another time')
  }
}

function monthsBefore(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS_LEFT_ALONE, 1))
}
