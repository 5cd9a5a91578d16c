import type { TurnFrame } from '@brainlyx/chat-contract'
import { FollowedTurn } from './followed-turn.ts'
import type { TurnReference } from './followed-turn.ts'
import type { LiveTurns } from './live-turns.ts'
import type { Hints } from './turn-hints.ts'
import { END_HINT, READ_MANY_LIMIT, hintChannel } from './turn-log.ts'
import type { TurnLog } from './turn-log.ts'

/** What the database knows of turns whose log is silent. Both may throw. */
export interface TurnEndings {
  /** Which of these neither wait nor run any more, or were deleted. */
  endedAmong(turns: readonly TurnReference[]): Promise<ReadonlySet<string>>
  /** What stands in for the frames of one that has ended: its whole answer and its end; nothing where it was deleted. */
  storedEnd(turn: TurnReference): Promise<TurnFrame[]>
}

export interface TurnFollower {
  readonly log: TurnLog
  readonly liveTurns: LiveTurns
  readonly endings: TurnEndings
  /** How many turns are followed. */
  readonly size: number
  /** Follows a turn for one more reader, until as many `close`s. */
  open(turn: TurnReference): FollowedTurn
  close(followed: FollowedTurn): void
  /** Resolves once everything that stood in the log by now was read, or Redis is away. */
  refresh(followed: FollowedTurn): Promise<void>
}

/** Turns in one command to Redis or one query. */
const BATCH = 200

/**
 * Follows turns that other processes run, for all their readers in this one: a hint wakes a single turn, and once a
 * second all of them are read in batches, which heals lost hints. A turn whose log stays silent is looked up in the
 * database: its writer may have died between the database and the log, or had no Redis.
 */
export function createTurnFollower(options: {
  log: TurnLog
  hints: Hints
  liveTurns: LiveTurns
  endings: TurnEndings
  /** How often the log is read without a hint. Default 1 s. */
  pollMs?: number
}): TurnFollower {
  const { log, hints, liveTurns, endings, pollMs = 1_000 } = options
  const turns = new Map<string, FollowedTurn>()
  const unlisten = new Map<FollowedTurn, () => void>()
  const due = new Set<FollowedTurn>()
  const suspicious = new Set<FollowedTurn>()
  /** Ended in the database a poll ago or more: the last frames had their time to reach the log. */
  const ended = new Set<FollowedTurn>()
  let poll: NodeJS.Timeout | undefined
  let isReading = false
  let isChecking = false

  function drop(followed: FollowedTurn): void {
    if (turns.get(followed.turn.turnId) !== followed) return
    turns.delete(followed.turn.turnId)
    unlisten.get(followed)?.()
    for (const set of [unlisten, due, suspicious, ended]) set.delete(followed)
    // Nobody reads it any more, and nobody may wait for that.
    followed.beginReading()()
    if (turns.size > 0) return
    clearInterval(poll)
    poll = undefined
  }

  function wake(followed: FollowedTurn): void {
    due.add(followed)
    if (!isReading) void readDue()
  }

  async function readDue(): Promise<void> {
    isReading = true
    // What is woken in the same moment is read in one command.
    await Promise.resolve()
    while (due.size > 0) {
      const batch = takeFrom(due)
      const tellers = new Map(batch.map((followed) => [followed, followed.beginReading()]))
      const read = await log.readMany(
        new Map(batch.map(({ turn, tail }) => [turn.turnId, tail] as const)),
      )
      if (read !== 'unavailable') {
        for (const followed of batch) {
          const entries = read.get(followed.turn.turnId) ?? []
          followed.take(entries)
          if (followed.feed.outcome !== undefined) drop(followed)
          else if (entries.length === READ_MANY_LIMIT && followed.readers > 0) {
            // There is more, and who waits for what stands there waits on.
            due.add(followed)
            void followed.nextReading().then(tellers.get(followed))
            tellers.delete(followed)
          }
        }
      }
      for (const tell of tellers.values()) tell()
    }
    isReading = false
  }

  async function check(): Promise<void> {
    isChecking = true
    while (suspicious.size > 0) {
      const batch = takeFrom(suspicious)
      const found = await endings
        .endedAmong(batch.map(({ turn }) => turn))
        .catch(() => new Set<string>())
      for (const followed of batch) {
        if (found.has(followed.turn.turnId) && followed.readers > 0) ended.add(followed)
      }
    }
    isChecking = false
  }

  async function finishEnded(): Promise<void> {
    const finishing = [...ended]
    ended.clear()
    await Promise.all(finishing.map((followed) => refresh(followed)))
    for (const followed of finishing) {
      followed.feed.finish('lost')
      drop(followed)
    }
  }

  function lookAtAll(): void {
    void finishEnded()
    for (const followed of turns.values()) {
      if (followed.isSuspicious()) suspicious.add(followed)
      due.add(followed)
    }
    if (!isReading) void readDue()
    if (!isChecking && suspicious.size > 0) void check()
  }

  function open(turn: TurnReference): FollowedTurn {
    const known = turns.get(turn.turnId)
    if (known !== undefined) {
      known.readers++
      return known
    }
    const followed = new FollowedTurn(turn)
    followed.readers++
    turns.set(turn.turnId, followed)
    const stopListening = hints.listen(hintChannel(turn.turnId), (message) => {
      if (message === END_HINT) {
        suspicious.add(followed)
        if (!isChecking) void check()
      }
      wake(followed)
    })
    unlisten.set(followed, stopListening)
    poll ??= setInterval(lookAtAll, pollMs)
    return followed
  }

  function refresh(followed: FollowedTurn): Promise<void> {
    if (followed.feed.outcome !== undefined) return Promise.resolve()
    const read = followed.nextReading()
    wake(followed)
    return read
  }

  liveTurns.onOpen((turnId) => {
    const followed = turns.get(turnId)
    if (followed === undefined) return
    followed.feed.finish('moved')
    drop(followed)
  })

  return {
    log,
    liveTurns,
    endings,
    get size() {
      return turns.size
    },
    open,
    close(followed) {
      followed.readers--
      if (followed.readers === 0) drop(followed)
    },
    refresh,
  }
}

function takeFrom(turns: Set<FollowedTurn>): FollowedTurn[] {
  const batch: FollowedTurn[] = []
  for (const followed of turns) {
    if (batch.length === BATCH) break
    turns.delete(followed)
    batch.push(followed)
  }
  return batch
}
