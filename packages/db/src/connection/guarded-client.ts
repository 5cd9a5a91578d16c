import type { PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type { PoolClient } from 'pg'
import { sendCancelRequest } from './cancel-request.ts'
import { DatabaseSilentError } from './database-errors.ts'
import type { PreparedStatements } from './prepared-statements.ts'
import { isStalePlan } from './stale-plan.ts'
import { statementKind } from './statement-kind.ts'
import type { StatementKind } from './statement-kind.ts'
import { IDLE_IN_TRANSACTION_MS, SILENCE_MS } from './time-limits.ts'

export interface ClientGuard {
  readonly statementLimitMs: number
  /**
   * The connection leads to PgBouncer in transaction mode: what is set for a session would reach whoever gets the
   * server's connection next, so limits are set for a transaction or kept from here.
   */
  readonly viaPgBouncer: boolean
  /** Absent: nothing is prepared. */
  readonly statements: PreparedStatements | undefined
}

type Result = PostgresQueryResult<never>

/**
 * A connection of `pg` as Kysely uses it, whose statements end in time and whose commits are never cut: whether a
 * commit that was given up had happened nobody could say, and one that is cancelled while it waits for its standby
 * (SyncRepWaitForLSN in Postgres) even looks like a success.
 */
export function guardClient(
  client: PoolClient,
  guard: ClientGuard,
  onRelease: () => void,
): PostgresPoolClient {
  const { statementLimitMs, viaPgBouncer, statements } = guard
  let inTransaction = false
  let isUnusable = false
  let isSilent = false

  async function run(sql: string, parameters: readonly unknown[]): Promise<Result> {
    const name = isUnusable ? undefined : statements?.nameOf(sql)
    // What is sent behind it, without waiting, may end the transaction meanwhile.
    const isOfTransaction = inTransaction
    try {
      return await send({ text: sql, values: [...parameters], ...(name && { name }) })
    } catch (error) {
      if (name === undefined || !isStalePlan(error)) throw error
      // A migration changed what the statement gives, and every plan on this connection may be as old.
      isUnusable = true
      if (isOfTransaction) throw error
      return send({ text: sql, values: [...parameters] })
    }
  }

  async function send(query: { text: string; values?: unknown[]; name?: string }): Promise<Result> {
    const result = await client.query<never>(query)
    // What opens a transaction may have been several statements.
    return lastOf(result) as Result
  }

  /** @param limits `cancelAfterMs`: for a server that was not told of a limit */
  async function within(
    limits: { cancelAfterMs?: number; giveUpAfterMs: number },
    run: () => Promise<Result>,
  ): Promise<Result> {
    const { cancelAfterMs, giveUpAfterMs } = limits
    const silence = Promise.withResolvers<never>()
    const cancelling =
      cancelAfterMs === undefined
        ? undefined
        : setTimeout(() => {
            // It may arrive late, and would then end another statement.
            isUnusable = true
            sendCancelRequest(client)
          }, cancelAfterMs)
    const givingUp = setTimeout(() => {
      isUnusable = isSilent = true
      silence.reject(new DatabaseSilentError(giveUpAfterMs))
    }, giveUpAfterMs)
    const running = run()
    running.catch(() => {})
    try {
      return await Promise.race([running, silence.promise])
    } finally {
      clearTimeout(cancelling)
      clearTimeout(givingUp)
    }
  }

  const giveUpAfterMs = statementLimitMs + SILENCE_MS

  async function execute(
    kind: StatementKind,
    sql: string,
    parameters: readonly unknown[],
  ): Promise<Result> {
    switch (kind) {
      case 'begin':
        return within({ giveUpAfterMs }, () =>
          send({ text: viaPgBouncer ? `${sql}; ${localLimits(statementLimitMs)}` : sql }),
        )
      case 'commit':
        return send({ text: sql })
      case 'rollback':
        return within({ giveUpAfterMs }, () => send({ text: sql }))
      case 'read':
      case 'write':
        if (inTransaction) return within({ giveUpAfterMs }, () => run(sql, parameters))
        if (kind === 'write') return write(sql, parameters)
        return within(
          { giveUpAfterMs, ...(viaPgBouncer && { cancelAfterMs: statementLimitMs }) },
          () => run(sql, parameters),
        )
    }
  }

  /** Outside a transaction a write ends with a commit of its own, which only the server can tell from the rest. */
  async function write(sql: string, parameters: readonly unknown[]): Promise<Result> {
    if (!viaPgBouncer) return run(sql, parameters)
    await query('begin', [])
    try {
      const result = await query(sql, parameters)
      await query('commit', [])
      return result
    } catch (error) {
      if (inTransaction)
        await query('rollback', []).catch(() => {
          isUnusable = true
        })
      throw error
    }
  }

  async function query(sql: string, parameters: readonly unknown[]): Promise<Result> {
    // What waits behind a statement that is never answered is not answered either.
    if (isSilent) throw new DatabaseSilentError(giveUpAfterMs)
    const kind = statementKind(sql)
    // Also where they fail: a transaction that may or may not have ended is not one to go on with.
    if (kind === 'commit' || kind === 'rollback') inTransaction = false
    const result = execute(kind, sql, parameters)
    // Not once it has begun: what belongs to the transaction may be sent without waiting.
    if (kind === 'begin') inTransaction = true
    return result
  }

  return {
    // Kysely asks for cursors only where it was given a kind of them.
    query: query as unknown as PostgresPoolClient['query'],
    release(destroy) {
      onRelease()
      client.release(destroy === true || isUnusable)
    },
  }
}

function localLimits(statementLimitMs: number): string {
  return `set local statement_timeout = ${statementLimitMs}; set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`
}

function lastOf<T>(result: T | readonly T[]): T {
  return Array.isArray(result) ? (result as readonly T[]).at(-1)! : (result as T)
}
