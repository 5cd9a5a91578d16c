import { comparePositions } from './log-position.ts'
import type { LogEntry } from './turn-log.ts'

/** How a live turn's entries came to an end. `lost`: this process no longer owns the turn; the log goes on elsewhere. */
export type LiveOutcome = 'ended' | 'lost'

/**
 * A turn that this process runs: what its log has accepted, kept in memory until the end. Readers in this process
 * follow it here, at their own pace and without a buffer each, and do not need Redis.
 */
export class LiveTurn {
  readonly #entries: (LogEntry & { id: string })[] = []
  readonly #followers = new Set<() => void>()
  #outcome: LiveOutcome | undefined

  append(entries: readonly (LogEntry & { id: string })[]): void {
    this.#entries.push(...entries)
    this.#wakeAll()
  }

  finish(outcome: LiveOutcome): void {
    this.#outcome ??= outcome
    this.#wakeAll()
  }

  /** Yields the entries after `afterId`, waiting for more; returns how the turn ended here, or `aborted`. */
  async *follow(
    afterId: string,
    signal: AbortSignal,
  ): AsyncGenerator<LogEntry & { id: string }, LiveOutcome | 'aborted'> {
    let wake = (): void => {}
    const follower = (): void => wake()
    this.#followers.add(follower)
    signal.addEventListener('abort', follower)
    try {
      let next = this.#firstAfter(afterId)
      while (!signal.aborted) {
        const entry = this.#entries[next]
        if (entry !== undefined) {
          next++
          yield entry
        } else if (this.#outcome !== undefined) return this.#outcome
        else await new Promise<void>((resolve) => (wake = resolve))
      }
      return 'aborted'
    } finally {
      this.#followers.delete(follower)
      signal.removeEventListener('abort', follower)
    }
  }

  #firstAfter(id: string): number {
    const index = this.#entries.findIndex((entry) => comparePositions(entry.id, id) > 0)
    return index === -1 ? this.#entries.length : index
  }

  #wakeAll(): void {
    for (const wake of this.#followers) wake()
  }
}
