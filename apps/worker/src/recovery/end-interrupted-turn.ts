import type { TurnFrame } from '@brainlyx/chat-contract'
import { abandonAttempts, finishTurn, newId, withMissingPartition } from '@brainlyx/db'
import type { TurnRow } from '@brainlyx/db'
import { ServiceError, currentTrace, toProblem } from '@brainlyx/service-kit'
import { LOG_START, finalFrame } from '@brainlyx/turn-engine'
import type { TurnLog } from '@brainlyx/turn-engine'
import { answerSoFar } from './answer-so-far.ts'
import type { RecoveryDependencies } from './recover-turns.ts'

/** For so long a log that Redis does not give is waited for; then the turn ends without its text. */
const LOG_PATIENCE_MS = 10_000
const LOG_RETRY_MS = 500

const interrupted = new ServiceError({
  code: 'turn-interrupted',
  status: 503,
  title: 'The answer was interrupted.',
  detail: 'The part that was writing it went away. What came until then is kept; try again.',
  retryable: true,
})

/**
 * Ends a turn whose process died, keeping the text that its log holds: as stopped where a stop had been asked for, else
 * as failed. The snapshot is written to the log first: at the new epoch it shuts the former owner out, so that what is
 * stored is what the readers have.
 * @returns false where the turn was no longer ours to end
 */
export async function endInterruptedTurn(
  dependencies: RecoveryDependencies,
  turn: TurnRow,
): Promise<boolean> {
  const { db, log, owner, hintOutbox } = dependencies
  const { id: turnId, sessionId: chatId, userId, epoch } = turn
  const { parts, model } = answerSoFar(await framesOf(dependencies, turnId))
  const snapshot: TurnFrame = { type: 'answer-snapshot', parts }
  const fenced = await log.append(turnId, { epoch, seq: 1 }, [snapshot], { begin: true })

  const stopped = turn.stopRequestedAt !== null
  const problem = toProblem(interrupted, currentTrace()?.traceId ?? '')
  const ended = await withMissingPartition(db, () =>
    db.transaction().execute(async (transaction) => {
      const row = await finishTurn(transaction, {
        turnId,
        chatId,
        userId,
        owner,
        epoch,
        ...(stopped
          ? { state: 'stopped', finish: 'stopped' }
          : { state: 'failed', finish: 'failed', problem }),
        ...(parts.length === 0
          ? {}
          : { answer: { messageId: newId(), parts, model: model ?? turn.model } }),
        outbox: [
          {
            topic: 'chat-title',
            payload: { chatId, userId, turnId },
            traceparent: currentTrace()?.traceparent,
          },
        ],
      })
      if (row !== undefined) {
        const error = { code: interrupted.code, status: null, message: interrupted.title }
        await abandonAttempts(transaction, { userId: row.userId, turnId, error })
      }
      return row
    }),
  )
  if (ended === undefined) return false
  hintOutbox()
  // A tried again ending finds its snapshot in the log, and that log refuses it as stale; its last frame still fits.
  if (fenced !== 'unavailable') await log.append(turnId, { epoch, seq: 2 }, [finalFrame(ended)])
  await log.close(turnId)
  return true
}

async function framesOf(
  { log, sleep }: RecoveryDependencies,
  turnId: string,
): Promise<TurnFrame[]> {
  for (let waitedMs = 0; waitedMs < LOG_PATIENCE_MS; waitedMs += LOG_RETRY_MS) {
    const frames = await readLog(log, turnId)
    if (frames !== 'unavailable') return frames
    await sleep(LOG_RETRY_MS)
  }
  return []
}

async function readLog(log: TurnLog, turnId: string): Promise<TurnFrame[] | 'unavailable'> {
  const frames: TurnFrame[] = []
  let afterId: string | null = LOG_START
  while (afterId !== null) {
    const entries = await log.read(turnId, afterId)
    if (entries === 'unavailable') return 'unavailable'
    frames.push(...entries.map((entry) => entry.frame))
    afterId = entries.at(-1)?.id ?? null
  }
  return frames
}
