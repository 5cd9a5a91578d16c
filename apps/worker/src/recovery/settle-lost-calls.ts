import {
  endApiCall,
  findLostApiCalls,
  listAttempts,
  settleAttempt,
  withMissingPartition,
} from '@brainlyx/db'
import type { ApiCallRow, AttemptRow, Database, SettledAttempt } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'

const BATCH = 50
/** Longer than any call takes: whoever made it has not managed to write its end. */
const OLD_MS = 60 * 60 * 1000

const ownerDied = {
  code: 'owner-died',
  status: null,
  message: 'The process that made this call went away.',
}

/**
 * Settles the calls by API keys that nobody will end: what they had announced to the ledger counts as aborted, with the
 * estimates that their process left. Each is settled once, however many workers find it.
 * @returns whether there may be more
 */
export async function settleLostCalls(dependencies: {
  readonly db: Kysely<Database>
  readonly logger: Logger
  /** Whether this worker may take others for dead. */
  readonly isAlive: () => boolean
}): Promise<boolean> {
  const { db, logger, isAlive } = dependencies
  if (!isAlive()) return false
  const lost = await findLostApiCalls(db, { limit: BATCH, oldMs: OLD_MS })
  for (const call of lost) {
    logger.info({ callId: call.id }, 'settling a lost call')
    await withMissingPartition(db, () => settleLostCall(db, call))
  }
  return lost.length === BATCH
}

async function settleLostCall(db: Kysely<Database>, call: ApiCallRow): Promise<void> {
  const { id: callId, userId } = call
  const attempts = await listAttempts(db, { userId, turnId: callId })
  const open = attempts.filter(({ state }) => state === 'announced')
  await db.transaction().execute(async (transaction) => {
    for (const [index, attempt] of open.entries()) {
      await settleAttempt(transaction, settlementOf(attempt, call, index === open.length - 1))
    }
    await endApiCall(transaction, { userId, callId })
  })
}

/** @param isLast what was told of the answer was so by its last call */
function settlementOf(attempt: AttemptRow, call: ApiCallRow, isLast: boolean): SettledAttempt {
  return {
    attemptId: attempt.id,
    userId: call.userId,
    turnId: call.id,
    epoch: attempt.epoch,
    outcome: 'aborted',
    rawFinish: null,
    usage: {
      inputTokens: call.inputTokens,
      outputTokens: isLast ? call.outputTokens : 0,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      estimated: true,
    },
    costPicoUsd: null,
    timeToFirstTokenMs: null,
    durationMs: null,
    error: ownerDied,
  }
}
