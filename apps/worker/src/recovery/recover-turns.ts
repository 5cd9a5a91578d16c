import { claimOrphanedTurns, findOwnedTurns } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import { runWithTrace } from '@brainlyx/service-kit'
import type { Logger } from '@brainlyx/service-kit'
import type { TurnLog } from '@brainlyx/turn-engine'
import type { Kysely } from 'kysely'
import { endInterruptedTurn } from './end-interrupted-turn.ts'

const BATCH = 20

export interface RecoveryDependencies {
  readonly db: Kysely<Database>
  readonly log: TurnLog
  readonly logger: Logger
  /** `processes.id` of this worker. */
  readonly owner: string
  /** Whether this process may still speak for its turns. */
  readonly isAlive: () => boolean
  readonly hintOutbox: () => void
  readonly onRecovered: () => void
  readonly sleep: (ms: number) => Promise<void>
}

/**
 * Takes over turns whose process died and ends them. What was claimed and could not be ended is tried again in the next
 * round, by whoever owns it then.
 * @returns whether there may be more
 */
export async function recoverTurns(dependencies: RecoveryDependencies): Promise<boolean> {
  const { db, owner, logger, isAlive, onRecovered } = dependencies
  if (!isAlive()) return false
  const claimed = await claimOrphanedTurns(db, { owner, limit: BATCH })
  const turns = await findOwnedTurns(db, { owner, limit: BATCH })
  const ends = await Promise.allSettled(
    turns.map((turn) => runWithTrace(undefined, () => endInterruptedTurn(dependencies, turn))),
  )
  for (const [index, end] of ends.entries()) {
    const turnId = turns[index]?.id
    if (end.status === 'fulfilled') {
      logger.info({ turnId, epoch: turns[index]?.epoch, ended: end.value }, 'recovered a turn')
      onRecovered()
    } else logger.error({ err: end.reason, turnId }, 'could not recover a turn')
  }
  return claimed.length === BATCH && ends.every((end) => end.status === 'fulfilled')
}
