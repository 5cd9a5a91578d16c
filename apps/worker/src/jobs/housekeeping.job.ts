import {
  findDataRequestIds,
  purgeDataRequests,
  purgeDelivered,
  purgeInvitations,
  purgeMailbox,
  purgeMails,
  purgeFailures,
  purgeProcesses,
  purgeRevocations,
  restartIdleDataRequests,
} from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { JobHandler } from '@brainlyx/jobs'
import type { Logger } from '@brainlyx/service-kit'
import { EXPORTS_FOLDER, IMPORTS_FOLDER } from '@brainlyx/storage'
import type { FileStorage } from '@brainlyx/storage'
import type { Kysely } from 'kysely'

/** Delivered messages are kept for a day, for whoever looks into what happened. */
const KEEP_DELIVERED_MS = 24 * 60 * 60 * 1000
/** Long after everybody took the process for dead and its turns were claimed. */
const FORGET_PROCESS_MS = 60 * 60 * 1000
/** A job reports at each chat; one that is tried again does so within minutes. */
const IDLE_REQUEST_MS = 60 * 60 * 1000
/** A file is there before its request says so. */
const FORGET_FILE_MS = 60 * 60 * 1000
/** As long as somebody may still ask why something failed. */
const KEEP_FAILURES_MS = 14 * 24 * 60 * 60 * 1000
const BATCH = 500

export interface HousekeepingDependencies {
  db: Kysely<Database>
  storage: FileStorage
  logger: Logger
}

export function createHousekeepingJob(
  dependencies: HousekeepingDependencies,
): JobHandler<'housekeeping'> {
  const { db, logger } = dependencies
  return async () => {
    const outbox = await purgeDelivered(db, KEEP_DELIVERED_MS)
    const processes = await purgeProcesses(db, FORGET_PROCESS_MS)
    const revocations = await purgeRevocations(db)
    const failures = await purgeFailures(db, KEEP_FAILURES_MS)
    const restarted = await restartIdleDataRequests(db, IDLE_REQUEST_MS)
    const exports = await purgeExports(dependencies)
    const strays = await purgeStrayFiles(dependencies)
    const mails = await purgeMails(db)
    const mailbox = await purgeMailbox(db)
    const invitations = await purgeInvitations(db)
    const counts = {
      outbox,
      processes,
      revocations,
      failures,
      mails,
      mailbox,
      invitations,
      restarted,
      exports,
      strays,
    }
    logger.debug(counts, 'forgot what has served its purpose')
  }
}

async function purgeExports({ db, storage }: HousekeepingDependencies): Promise<number> {
  let count = 0
  let files: string[]
  do {
    files = await purgeDataRequests(db, BATCH)
    for (const file of files) await storage.delete(file)
    count += files.length
  } while (files.length === BATCH)
  return count
}

/** Files whose request is no more: whoever wrote or should have deleted them has died over it. */
async function purgeStrayFiles({ db, storage }: HousekeepingDependencies): Promise<number> {
  const old: { key: string; requestId: string }[] = []
  for (const folder of [EXPORTS_FOLDER, IMPORTS_FOLDER]) {
    for await (const { key, ageMs } of storage.list(folder)) {
      const requestId = key.split('/')[1] ?? ''
      if (ageMs > FORGET_FILE_MS) old.push({ key, requestId })
    }
  }
  let count = 0
  for (let start = 0; start < old.length; start += BATCH) {
    const batch = old.slice(start, start + BATCH)
    const known = await findDataRequestIds(
      db,
      batch.map(({ requestId }) => requestId),
    )
    for (const { key, requestId } of batch) {
      if (known.has(requestId)) continue
      await storage.delete(key)
      count++
    }
  }
  return count
}
