import { isFinalFrame } from '@brainlyx/chat-contract'
import { EntryFeed } from './entry-feed.ts'
import { LOG_START } from './log-position.ts'
import type { LoggedEntry } from './turn-log.ts'

/** Whose turn to follow. */
export interface TurnReference {
  readonly turnId: string
  readonly userId: string
}

/** So many entries are kept for readers; one that is further behind reads the log by itself. */
const KEEP_AT_MOST = 128
/** So many silent polls before the database is asked whether the turn has ended; longer and longer while it has not. */
const FIRST_CHECK_POLLS = 3
const LONGEST_CHECK_POLLS = 12

/** A turn that another process runs, or that waits: the end of its log, read once for all its readers here. */
export class FollowedTurn {
  readonly turn: TurnReference
  readonly feed: EntryFeed = new EntryFeed(KEEP_AT_MOST)
  /** Up to here the log was read. */
  tail: string = LOG_START
  readers = 0
  #silentPolls = 0
  #checkAfterPolls = FIRST_CHECK_POLLS
  #waiting: (() => void)[] = []

  constructor(turn: TurnReference) {
    this.turn = turn
  }

  take(entries: readonly LoggedEntry[]): void {
    const last = entries.at(-1)
    if (last === undefined) return
    this.#silentPolls = 0
    this.#checkAfterPolls = FIRST_CHECK_POLLS
    this.tail = last.id
    this.feed.append(entries)
    if (isFinalFrame(last.frame)) this.feed.finish('ended')
  }

  /** Counts a poll. @returns whether the log has been silent for so long that its turn may have ended without it */
  isSuspicious(): boolean {
    this.#silentPolls++
    if (this.#silentPolls < this.#checkAfterPolls) return false
    this.#silentPolls = 0
    this.#checkAfterPolls = Math.min(2 * this.#checkAfterPolls, LONGEST_CHECK_POLLS)
    return true
  }

  /** Resolves after the next reading of the log, or attempt at it. */
  nextReading(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Called before a reading. @returns what tells those who waited for it that it is done */
  beginReading(): () => void {
    const waiting = this.#waiting
    this.#waiting = []
    return () => {
      for (const resolve of waiting) resolve()
    }
  }
}
