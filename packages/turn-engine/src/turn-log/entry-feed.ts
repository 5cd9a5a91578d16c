import { joinDeltas } from './join-deltas.ts'
import { comparePositions } from './log-position.ts'
import type { LoggedEntry } from './turn-log.ts'

/**
 * How a feed came to an end. `lost`: it cannot go on, but the turn may have gone on elsewhere. `moved`: this process
 * has begun to run the turn itself.
 */
export type FeedOutcome = 'ended' | 'lost' | 'moved'

/**
 * Why a reader gets nothing more from a feed: its end, or `aborted`; `behind`: what comes next for it is no longer
 * held here; `beyond`: its position is after all that was ever written.
 */
export type FeedLeave = FeedOutcome | 'aborted' | 'behind' | 'beyond'

/** What a reader says as it takes the next entry: whether it is late, and takes deltas joined. */
export type Pace = { readonly isLate: boolean } | undefined

/** Where a reader stands: it has everything up to the id `position`. */
export interface ReaderPosition {
  position: string
}

/** A turn's entries as they come, shared by all its readers in this process, each at its own pace. */
export class EntryFeed {
  readonly #keepAtMost: number
  #entries: LoggedEntry[] = []
  #droppedCount = 0
  #droppedTo: string | undefined
  readonly #followers = new Set<() => void>()
  #outcome: FeedOutcome | undefined

  /** @param keepAtMost about so many entries are held; default: all */
  constructor(keepAtMost: number = Number.POSITIVE_INFINITY) {
    this.#keepAtMost = keepAtMost
  }

  get outcome(): FeedOutcome | undefined {
    return this.#outcome
  }

  /** @param entries after all that came before */
  append(entries: readonly LoggedEntry[]): void {
    for (const entry of entries) this.#entries.push(entry)
    if (this.#entries.length > 2 * this.#keepAtMost) {
      const dropped = this.#entries.splice(0, this.#entries.length - this.#keepAtMost)
      this.#droppedCount += dropped.length
      this.#droppedTo = dropped.at(-1)?.id
    }
    this.#wakeAll()
  }

  /** The first end counts. */
  finish(outcome: FeedOutcome): void {
    this.#outcome ??= outcome
    this.#wakeAll()
  }

  /** Yields the entries after the reader's position, which goes along, and waits for more. */
  async *follow(
    reader: ReaderPosition,
    signal: AbortSignal,
  ): AsyncGenerator<LoggedEntry, FeedLeave, Pace> {
    let wake = (): void => {}
    const follower = (): void => wake()
    this.#followers.add(follower)
    signal.addEventListener('abort', follower)
    try {
      let next: number | undefined
      let pace: Pace
      while (!signal.aborted) {
        // A feed that cannot go on is left, even by who could still read from it: others have more.
        if (this.#outcome === 'lost' && next === undefined) return 'lost'
        const start: number | FeedLeave | undefined = next ?? this.#startAfter(reader.position)
        if (typeof start === 'string') return start
        if (start !== undefined && start < this.#droppedCount) return 'behind'
        if (start !== undefined && this.#at(start) !== undefined) {
          const taken = this.#take(start, pace)
          next = taken.next
          reader.position = taken.entry.id
          pace = yield taken.entry
        } else if (this.#outcome !== undefined) return this.#outcome
        else await new Promise<void>((resolve) => (wake = resolve))
      }
      return 'aborted'
    } finally {
      this.#followers.delete(follower)
      signal.removeEventListener('abort', follower)
    }
  }

  readonly #at = (index: number): LoggedEntry | undefined =>
    this.#entries[index - this.#droppedCount]

  #take(index: number, pace: Pace): { entry: LoggedEntry; next: number } {
    return pace?.isLate === true
      ? joinDeltas(this.#at, index)
      : { entry: this.#at(index)!, next: index + 1 }
  }

  /** undefined while there is nothing to compare `id` with. */
  #startAfter(id: string): number | 'behind' | 'beyond' | undefined {
    const last = this.#entries.at(-1)
    if (last === undefined) return undefined
    if (comparePositions(id, last.id) > 0) return 'beyond'
    if (this.#droppedTo !== undefined && comparePositions(id, this.#droppedTo) < 0) return 'behind'
    const index = this.#entries.findLastIndex((entry) => comparePositions(entry.id, id) <= 0)
    return this.#droppedCount + index + 1
  }

  #wakeAll(): void {
    for (const wake of this.#followers) wake()
  }
}
