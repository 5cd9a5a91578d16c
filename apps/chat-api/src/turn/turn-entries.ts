import { isFinalFrame } from '@brainlyx/chat-contract'
import type { TurnFrame } from '@brainlyx/chat-contract'
import { currentUserId, findMessage, findTurn, findUnfinishedTurns } from '@brainlyx/db'
import type { Database, TurnRow } from '@brainlyx/db'
import { finalFrame, followTurn, replayLog } from '@brainlyx/turn-engine'
import type {
  FollowTurnOptions,
  LogEntry,
  Pace,
  TurnEndings,
  TurnFollower,
  TurnReference,
} from '@brainlyx/turn-engine'
import type { Kysely } from 'kysely'

/**
 * A turn's frames after `afterId`, to its end, from wherever they are: memory, the log, or the stored answer. Holds
 * nothing of `turn` itself while it waits.
 */
export function turnEntries(
  follower: TurnFollower,
  turn: TurnRow,
  afterId: string,
  signal: AbortSignal,
): AsyncGenerator<LogEntry, void, Pace> {
  const options = { follower, turn: { turnId: turn.id, userId: turn.userId }, afterId, signal }
  if (turn.state === 'waiting') return waitingEntries(options)
  const isLive = turn.state === 'running' || follower.liveTurns.get(turn.id) !== undefined
  return isLive ? followTurn(options) : endedEntries(options)
}

async function* waitingEntries(options: FollowTurnOptions): AsyncGenerator<LogEntry, void, Pace> {
  yield { id: null, frame: turnWaiting }
  yield* followTurn(options)
}

async function* endedEntries(options: FollowTurnOptions): AsyncGenerator<LogEntry, void, Pace> {
  const { follower, turn, afterId, signal } = options
  const entries = replayLog(follower.log, turn.turnId, { position: afterId })
  let pace: Pace
  for (;;) {
    const step = await entries.next(pace)
    if (step.done === true) break
    pace = yield step.value
    if (isFinalFrame(step.value.frame)) return
  }
  if (signal.aborted) return
  for (const frame of await follower.endings.storedEnd(turn)) yield { id: null, frame }
}

const turnWaiting: TurnFrame = {
  type: 'notice',
  code: 'turn-waiting',
  message: 'This message waits for the answer before it.',
}

/** What the database knows of the ends of turns. */
export function createTurnEndings(db: Kysely<Database>): TurnEndings {
  return {
    async endedAmong(turns) {
      const turnIds = turns.map(({ turnId }) => turnId)
      const unfinished = await findUnfinishedTurns(db, turnIds)
      return new Set(turnIds.filter((turnId) => !unfinished.has(turnId)))
    },
    storedEnd: (turn) => readStoredEnd(db, turn),
  }
}

/** The whole answer, which replaces what was shown of it, and the end. */
async function readStoredEnd(db: Kysely<Database>, turn: TurnReference): Promise<TurnFrame[]> {
  const userId = await currentUserId(db, turn.userId)
  const row = await findTurn(db, { userId, turnId: turn.turnId })
  if (row === undefined || row.state === 'running' || row.state === 'waiting') return []
  const answer =
    row.answerMessageId === null
      ? undefined
      : await findMessage(db, { userId, messageId: row.answerMessageId })
  return [{ type: 'answer-snapshot', parts: answer?.parts ?? [] }, finalFrame(row)]
}
