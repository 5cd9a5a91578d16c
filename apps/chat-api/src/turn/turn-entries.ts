import { isFinalFrame } from '@brainlyx/chat-contract'
import type { TurnFrame } from '@brainlyx/chat-contract'
import { currentUserId, findMessage, findTurn } from '@brainlyx/db'
import type { Database, TurnRow } from '@brainlyx/db'
import { finalFrame, followTurn } from '@brainlyx/turn-engine'
import type { Hints, LiveTurns, LogEntry, TurnLog } from '@brainlyx/turn-engine'
import type { Kysely } from 'kysely'

export interface TurnEntriesDependencies {
  db: Kysely<Database>
  log: TurnLog
  hints: Hints
  liveTurns: LiveTurns
}

/** A turn's frames after `afterId`, to its end, from wherever they are: memory, the log, or the stored answer. */
export async function* turnEntries(
  dependencies: TurnEntriesDependencies,
  turn: TurnRow,
  afterId: string,
  signal: AbortSignal,
): AsyncGenerator<LogEntry, void> {
  const { db, log, liveTurns } = dependencies
  const storedEnd = (): Promise<TurnFrame[] | undefined> => readStoredEnd(db, turn)
  const isLive = turn.state === 'running' || liveTurns.get(turn.id) !== undefined
  const entries = isLive
    ? followTurn({ ...dependencies, turnId: turn.id, afterId, signal, storedEnd })
    : readLog(log, turn.id, afterId)
  for await (const entry of entries) {
    yield entry
    if (isFinalFrame(entry.frame)) return
  }
  if (signal.aborted) return
  for (const frame of (await storedEnd()) ?? []) yield { id: null, frame }
}

async function* readLog(
  log: TurnLog,
  turnId: string,
  afterId: string,
): AsyncGenerator<LogEntry, void> {
  let cursor = afterId
  for (;;) {
    const entries = await log.read(turnId, cursor)
    if (entries === 'unavailable' || entries.length === 0) return
    yield* entries
    cursor = entries.at(-1)?.id ?? cursor
  }
}

/**
 * What stands in for a log that has expired: the whole answer, which replaces what was shown of it, and the end.
 * Empty where the turn was deleted; undefined while it runs.
 */
async function readStoredEnd(
  db: Kysely<Database>,
  turn: TurnRow,
): Promise<TurnFrame[] | undefined> {
  const userId = await currentUserId(db, turn.userId)
  const row = await findTurn(db, { userId, turnId: turn.id })
  if (row === undefined) return []
  if (row.state === 'running') return undefined
  const answer =
    row.answerMessageId === null
      ? undefined
      : await findMessage(db, { userId, messageId: row.answerMessageId })
  return [{ type: 'answer-snapshot', parts: answer?.parts ?? [] }, finalFrame(row)]
}
