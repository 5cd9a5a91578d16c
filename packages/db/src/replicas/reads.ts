import type { Kysely } from 'kysely'
import { DatabaseBusyError, DatabaseSilentError } from '../connection/database-errors.ts'
import { isPostgresError } from '../connection/postgres-error.ts'
import type { Database } from '../tables/database.ts'
import { noLastWrites } from './last-writes.ts'
import type { LastWrites } from './last-writes.ts'
import { NoReplicaError } from './no-replica-error.ts'
import type { Replica, ReplicaWatch } from './replica-watch.ts'

/** Where a read went, and where to the primary, why. */
export type ReadRoute =
  | 'replica'
  | 'no-replica'
  | 'recent-write'
  | 'unknown-write'
  | 'replica-failed'

export interface Reads {
  /**
   * Reads a user's own data, from a replica where all of them have what the user wrote, else from the primary. `read`
   * may run twice: where a replica fails, the primary is asked. Not for what decides a write.
   */
  forUser<T>(userId: string, read: (db: Kysely<Database>) => Promise<T>): Promise<T>
  /**
   * Reads for a report, never from the primary where there are replicas; how old it is nobody promises.
   * @throws {NoReplicaError} where none may be read
   */
  forAnalytics<T>(read: (db: Kysely<Database>) => Promise<T>): Promise<T>
  /** {@link LastWrites.note}: call it after a user's write, before they hear of it. */
  noteWrite(userId: string): Promise<void>
  /** Names of the replicas that are left out. */
  readonly missingReplicas: readonly string[]
}

/** With no replicas everything comes from the primary, and nothing is remembered of anyone. */
export function createReads(options: {
  primary: Kysely<Database>
  /** For reports where there are no replicas. Default: `primary` */
  analytics?: Kysely<Database>
  watch?: ReplicaWatch | undefined
  lastWrites?: LastWrites
  onRead?: (kind: 'user' | 'analytics', route: ReadRoute) => void
}): Reads {
  const { primary, analytics = primary, watch } = options
  const { lastWrites = noLastWrites, onRead = () => {} } = options
  let turn = 0

  async function routeOf(userId: string): Promise<Replica | ReadRoute> {
    const usable = watch?.states.filter(({ isUsable }) => isUsable) ?? []
    if (usable.length === 0) return 'no-replica'
    const position = await lastWrites.find(userId)
    if (position === 'unknown') return 'unknown-write'
    // By what was known before the write was looked up: a replica only ever gets further.
    if (position !== 'none' && usable.some(({ replayed }) => replayed < position))
      return 'recent-write'
    return usable[turn++ % usable.length]!.replica
  }

  return {
    async forUser(userId, read) {
      const route = await routeOf(userId)
      if (typeof route === 'string') {
        onRead('user', route)
        return read(primary)
      }
      try {
        const found = await read(route.db)
        onRead('user', 'replica')
        return found
      } catch (error) {
        if (!isReplicasFault(error)) throw error
        if (isAway(error)) watch?.leaveOut(route)
        onRead('user', 'replica-failed')
        return read(primary)
      }
    },

    async forAnalytics(read) {
      if (watch === undefined) return read(analytics)
      const usable = watch.states.filter(({ isUsable }) => isUsable)
      const chosen = usable[turn++ % usable.length]
      if (chosen === undefined) {
        onRead('analytics', 'no-replica')
        throw new NoReplicaError()
      }
      onRead('analytics', 'replica')
      return read(chosen.replica.analytics)
    },

    noteWrite: (userId) => lastWrites.note(userId),

    get missingReplicas() {
      return watch?.states.flatMap(({ isUsable, replica }) => (isUsable ? [] : replica.name)) ?? []
    },
  }
}

/** Not the query's own: the replica is away or has too much to do, or its replay would not wait for the query. */
function isReplicasFault(error: unknown): boolean {
  return (
    isAway(error) ||
    error instanceof DatabaseBusyError ||
    (isPostgresError(error) && CONFLICT_WITH_RECOVERY.test(error.code))
  )
}

function isAway(error: unknown): boolean {
  if (error instanceof DatabaseSilentError) return true
  if (isPostgresError(error)) return NO_SERVER.test(error.code) || NO_CONNECTION.test(error.code)
  return error instanceof Error && /Connection terminated/.test(error.message)
}

const CONFLICT_WITH_RECOVERY = /^(40001|40P01)$/
/** SQLSTATE classes for connections, a server without resources, and one that an operator ends. */
const NO_SERVER = /^(08|53|57P)/
const NO_CONNECTION = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/
