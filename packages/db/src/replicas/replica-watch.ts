import type { Kysely } from 'kysely'
import { within } from '../connection/within.ts'
import type { Database } from '../tables/database.ts'
import { createPrimaryHistory } from './primary-history.ts'
import { currentWalPosition, readReplay } from './wal-position.ts'
import type { WalPosition } from './wal-position.ts'

export interface Replica {
  /** Host and port, for logs and metrics. */
  readonly name: string
  readonly db: Kysely<Database>
  /** Connections of their own for reports, which may run longer and must not keep users waiting. */
  readonly analytics: Kysely<Database>
}

export interface ReplicaState {
  readonly replica: Replica
  /** Whether it may be read: it answers, is a replica and not too far behind. */
  readonly isUsable: boolean
  /** It has replayed at least so much. */
  readonly replayed: WalPosition
  /** How far it is behind; undefined where that is not known. */
  readonly lagMs: number | undefined
}

export interface ReplicaWatch {
  readonly states: readonly ReplicaState[]
  /** Leaves one out at once, until it answers again. */
  leaveOut(replica: Replica): void
  /** One look at all of them. Never rejects. */
  look(): Promise<void>
  stop(): Promise<void>
}

/** One that is further behind is not read. */
export const MAX_LAG_MS = 30_000
const LOOK_EVERY_MS = 1_000
/** A server that answers so late is of no use to a reader. */
const PATIENCE_MS = 2_000
/** The lag of one that was left out for long is still told. */
const HISTORY_MS = 10 * 60_000

/**
 * Knows of each replica whether it may be read and how much it has replayed, by asking it every second. Without the
 * primary the replicas stay in use: they cannot fall behind one that nobody writes to.
 */
export function watchReplicas(options: {
  primary: Kysely<Database>
  replicas: readonly Replica[]
  /** One is in use again, or no longer, and why. */
  onChange?: (change: { replica: string; isUsable: boolean; reason: string }) => void
  everyMs?: number
  maxLagMs?: number
  nowMs?: () => number
}): ReplicaWatch {
  const { primary, replicas, onChange = () => {}, nowMs = () => performance.now() } = options
  const { everyMs = LOOK_EVERY_MS, maxLagMs = MAX_LAG_MS } = options
  const history = createPrimaryHistory({ keptMs: HISTORY_MS })
  const states = new Map<Replica, ReplicaState>(
    replicas.map((replica) => [
      replica,
      { replica, isUsable: false, replayed: 0n, lagMs: undefined },
    ]),
  )

  function set(state: ReplicaState, reason: string): void {
    const { replica, isUsable } = state
    const before = states.get(replica)!
    states.set(replica, state)
    if (before.isUsable !== isUsable) onChange({ replica: replica.name, isUsable, reason })
  }

  function leaveOut(replica: Replica, reason = 'does not answer'): void {
    set({ ...states.get(replica)!, isUsable: false, lagMs: undefined }, reason)
  }

  async function lookAt(replica: Replica): Promise<void> {
    const report = await within(PATIENCE_MS, readReplay(replica.db))
    const { inRecovery, replayed } = report
    if (!inRecovery) return leaveOut(replica, 'is not a replica')
    const lagMs = history.lagMs(replayed, nowMs()) ?? report.lastTransactionAgeMs ?? undefined
    if (lagMs === undefined) set({ replica, isUsable: false, replayed, lagMs }, 'of unknown age')
    else if (lagMs > maxLagMs)
      set({ replica, isUsable: false, replayed, lagMs }, `${Math.round(lagMs / 1000)} s behind`)
    else set({ replica, isUsable: true, replayed, lagMs }, 'answers and is not far behind')
  }

  async function look(): Promise<void> {
    // Noted as of before the question: the primary was at least there then.
    const askedAtMs = nowMs()
    await within(PATIENCE_MS, currentWalPosition(primary)).then(
      (position) => history.add(position, askedAtMs),
      () => {},
    )
    await Promise.all(replicas.map((replica) => lookAt(replica).catch(() => leaveOut(replica))))
  }

  let looking: Promise<void> | undefined
  /** A slow look is not followed by a crowd of others. */
  function lookUnlessLooking(): void {
    looking ??= look().finally(() => (looking = undefined))
  }
  if (replicas.length > 0) lookUnlessLooking()
  const timer = setInterval(lookUnlessLooking, everyMs)

  return {
    get states() {
      return [...states.values()]
    },
    leaveOut,
    look,
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}
