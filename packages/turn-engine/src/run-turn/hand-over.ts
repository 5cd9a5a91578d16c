import { releaseTurn, withMissingPartition } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import type { AttemptLedger } from './attempt-ledger.ts'
import type { TurnToRun } from './turn-to-run.ts'

const RETRY_MS = 250

/**
 * Leaves a turn, with what its provider calls took, to whichever worker is first. Tried again while the database is
 * away; where that does not help in time, the turn is taken from a process that no longer beats.
 * @returns `lost` where the turn was no longer ours to give
 */
export async function handOver(options: {
  db: Kysely<Database>
  logger: Logger
  isAlive: () => boolean
  sleep: (ms: number) => Promise<unknown>
  turn: TurnToRun
  ledger: AttemptLedger
}): Promise<'handed-over' | 'lost'> {
  const { db, logger, isAlive, sleep, turn, ledger } = options
  await ledger.flush()
  while (isAlive()) {
    try {
      const isReleased = await withMissingPartition(db, () =>
        db.transaction().execute(async (transaction) => {
          const released = await releaseTurn(transaction, { ...turn, crashed: false })
          if (released) await ledger.writeSettled(transaction)
          return released
        }),
      )
      return isReleased ? 'handed-over' : 'lost'
    } catch (error) {
      logger.warn({ err: error, turnId: turn.turnId }, 'could not hand a turn over')
      await sleep(RETRY_MS)
    }
  }
  return 'lost'
}
