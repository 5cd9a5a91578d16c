import type { PostgresPool, PostgresPoolClient } from 'kysely'
import { Pool } from 'pg'
import type { PoolClient, PoolConfig } from 'pg'
import { DatabaseBusyError } from './database-errors.ts'
import { createGate } from './gate.ts'
import { guardClient } from './guarded-client.ts'
import type { ClientGuard } from './guarded-client.ts'

/** What a pool's connections do at this moment. */
export interface PoolUse {
  readonly max: number
  /** Lent out, those that are still being opened included. */
  readonly inUse: number
  readonly idle: number
  /** Queries that wait for one. */
  readonly waiting: number
}

export interface GuardedPool extends PostgresPool {
  use(): PoolUse
}

/**
 * The pool of `pg` with two limits that it has as one: a query waits `waitMs` at most for a connection, while opening
 * one may take `settings.connectionTimeoutMillis`. One that is open too late for who asked serves the next.
 */
export function createGuardedPool(options: {
  settings: PoolConfig & { max: number }
  waitMs: number
  guard: ClientGuard
  onIdleError: (error: Error) => void
}): GuardedPool {
  const { settings, waitMs, guard } = options
  const pool = new Pool(settings)
  pool.on('error', options.onIdleError)
  // One that is lent out the pool does not watch: where it breaks between two statements, the next statement says so.
  pool.on('connect', (client) => client.on('error', () => {}))
  const gate = createGate({ places: settings.max, waitMs })
  const guarded = new WeakMap<PoolClient, PostgresPoolClient>()

  async function connect(): Promise<PostgresPoolClient> {
    const startedAt = performance.now()
    await gate.enter()
    const opening = pool.connect()
    const client = await within(opening, waitMs - (performance.now() - startedAt))
    if (client === 'late') {
      void opening.then((opened) => opened.release()).catch(() => {})
      void opening.catch(() => {}).then(() => gate.leave())
      throw new DatabaseBusyError('connecting', waitMs)
    }
    return guardedOnce(client)
  }

  function guardedOnce(client: PoolClient): PostgresPoolClient {
    const known = guarded.get(client)
    if (known !== undefined) return known
    const fresh = guardClient(client, guard, () => gate.leave())
    guarded.set(client, fresh)
    return fresh
  }

  /** @throws what `pg` says, where it says so in time */
  async function within(
    opening: Promise<PoolClient>,
    remainingMs: number,
  ): Promise<PoolClient | 'late'> {
    const late = Promise.withResolvers<'late'>()
    const timer = setTimeout(() => late.resolve('late'), remainingMs)
    try {
      return await Promise.race([opening, late.promise])
    } catch (error) {
      gate.leave()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    options: pool.options,
    connect,
    end: () => pool.end(),
    use: () => ({
      max: settings.max,
      inUse: gate.taken,
      idle: pool.idleCount,
      waiting: gate.waiting,
    }),
  }
}
