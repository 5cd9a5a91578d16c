import type { WalPosition } from './wal-position.ts'

export interface PrimaryHistory {
  /** The primary's log ended at `position` when it was asked at `atMs`. */
  add(position: WalPosition, atMs: number): void
  /**
   * For how long the primary has been past `replayed`: how far behind, in milliseconds, a replica is that has replayed
   * so much. Undefined where the primary was past it before it was first asked.
   */
  lagMs(replayed: WalPosition, nowMs: number): number | undefined
  readonly latest: WalPosition | undefined
}

/**
 * Where the primary's log ended at what time, by this process's clock. Clocks of servers are compared nowhere, and a
 * primary to which nobody writes leaves no replica behind, as `now() - pg_last_xact_replay_timestamp()` would.
 */
export function createPrimaryHistory(options: { keptMs: number }): PrimaryHistory {
  let moments: { position: WalPosition; atMs: number }[] = []
  return {
    add(position, atMs) {
      const latest = moments.at(-1)
      // Another server has become the primary, and its log has lost the end that was seen before.
      if (latest !== undefined && position < latest.position) moments = []
      moments.push({ position, atMs })
      while (moments.length > 1 && moments[1]!.atMs < atMs - options.keptMs) moments.shift()
    },
    lagMs(replayed, nowMs) {
      const missed = moments.findIndex(({ position }) => position > replayed)
      if (missed === -1) return moments.length === 0 ? undefined : 0
      // It had all that there was at the moment before.
      if (missed === 0) return undefined
      return nowMs - moments[missed - 1]!.atMs
    },
    get latest() {
      return moments.at(-1)?.position
    },
  }
}
