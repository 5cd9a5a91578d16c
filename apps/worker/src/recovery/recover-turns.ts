import { claimOrphanedTurns } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import { runWithTrace } from '@brainlyx/service-kit'
import type { Logger } from '@brainlyx/service-kit'
import type { TurnEngine } from '@brainlyx/turn-engine'
import type { Kysely } from 'kysely'

const BATCH = 50
/** A turn costs a worker little, and after an outage of the database all of them come at once. */
const RUNNING_LIMIT = 500

export interface RecoveryDependencies {
  readonly db: Kysely<Database>
  readonly engine: Pick<TurnEngine, 'running' | 'resume'>
  readonly logger: Logger
  /** `processes.id` of this worker. */
  readonly owner: string
  /** Whether this process may still speak for its turns. */
  readonly isAlive: () => boolean
  readonly onRecovered: () => void
  /** How many turns may run here at once; default 500. */
  readonly runningLimit?: number
}

/**
 * Takes over turns that nobody produces any more, and has the engine go on with them.
 * @returns whether there may be more
 */
export async function recoverTurns(dependencies: RecoveryDependencies): Promise<boolean> {
  const { db, engine, owner, logger, isAlive, onRecovered } = dependencies
  const room = (dependencies.runningLimit ?? RUNNING_LIMIT) - engine.running
  if (!isAlive() || room <= 0) return false
  const limit = Math.min(room, BATCH)
  const claimed = await claimOrphanedTurns(db, { owner, limit })
  for (const turn of claimed) {
    const { id: turnId, epoch, crashes } = turn
    logger.info({ turnId, epoch, crashes }, 'taking a turn over')
    runWithTrace(undefined, () => engine.resume(turn))
    onRecovered()
  }
  return claimed.length === limit
}
