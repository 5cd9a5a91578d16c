import { isFinalFrame } from '@brainlyx/chat-contract'
import { turnSoFar } from '../run-turn/turn-so-far.ts'
import type { FeedLeave, Pace, ReaderPosition } from './entry-feed.ts'
import type { TurnReference } from './followed-turn.ts'
import type { LiveTurn } from './live-turn.ts'
import { readLogSoFar, replayLog } from './replay-log.ts'
import type { TurnFollower } from './turn-follower.ts'
import type { LogEntry } from './turn-log.ts'

export interface FollowTurnOptions {
  follower: TurnFollower
  turn: TurnReference
  /** The reader has everything up to here. */
  afterId: string
  signal: AbortSignal
}

/**
 * Follows a turn wherever it runs, to its final frame: from memory in its own process, else (or once it was lost
 * here, or from where it begins here) from the log. A position that the log does not know gets a snapshot of all that
 * it holds. Where the log ends without a final frame the stored answer stands in.
 */
export async function* followTurn(
  options: FollowTurnOptions,
): AsyncGenerator<LogEntry, void, Pace> {
  const { follower, turn, signal } = options
  const reader: Reader = { ...options, position: options.afterId }
  let left: LiveTurn | undefined
  for (;;) {
    const live = follower.liveTurns.get(turn.turnId)
    let leave: FeedLeave
    if (live !== undefined && live !== left) {
      left = live
      leave = yield* live.follow(reader, signal)
    } else leave = yield* followElsewhere(reader)
    if (leave === 'ended' || leave === 'aborted' || signal.aborted) return
  }
}

type Reader = FollowTurnOptions & ReaderPosition

/** @returns `moved` where the turn now runs here, else once it has ended or the reader has gone */
async function* followElsewhere(
  reader: Reader,
): AsyncGenerator<LogEntry, 'ended' | 'aborted' | 'moved', Pace> {
  const { follower, turn, signal } = reader
  const followed = follower.open(turn)
  try {
    // Only who knows the log's end can tell that a position is beyond it.
    await follower.refresh(followed)
    for (;;) {
      const leave = yield* followed.feed.follow(reader, signal)
      if (leave === 'ended' || leave === 'aborted' || leave === 'moved') return leave
      const didRead =
        leave !== 'lost' && (yield* leave === 'beyond' ? beginAnew(reader) : catchUp(reader))
      // What was read now may be ahead of what is shared.
      if (didRead) await follower.refresh(followed)
      else if (followed.feed.outcome === undefined) await followed.nextReading()
      else {
        for (const frame of await follower.endings.storedEnd(turn)) yield { id: null, frame }
        return 'ended'
      }
    }
  } finally {
    follower.close(followed)
  }
}

/**
 * For a reader whose position means nothing here: all that was answered so far, and from there on.
 * @returns false where the log did not give anything
 */
async function* beginAnew(reader: Reader): AsyncGenerator<LogEntry, boolean, Pace> {
  const entries = await readLogSoFar(reader.follower.log, reader.turn.turnId)
  const end = entries.at(-1)
  if (end !== undefined && isFinalFrame(end.frame)) entries.pop()
  const last = entries.at(-1)
  if (last === undefined) return false
  reader.position = last.id
  yield { id: null, frame: { type: 'answer-snapshot', parts: turnSoFar(entries).parts } }
  return true
}

/**
 * For a reader that is further behind than what is shared: what it missed, from the log.
 * @returns false where the log did not give anything
 */
async function* catchUp(reader: Reader): AsyncGenerator<LogEntry, boolean, Pace> {
  const before = reader.position
  yield* replayLog(reader.follower.log, reader.turn.turnId, reader)
  return reader.position !== before
}
