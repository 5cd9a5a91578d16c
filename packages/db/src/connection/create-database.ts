import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import { types } from 'pg'
import type { CustomTypesConfig } from 'pg'
import { actingDialect } from '../row-level-security/acting-dialect.ts'
import type { Actor } from '../row-level-security/actor.ts'
import { actorOf } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import { createGuardedPool } from './guarded-pool.ts'
import type { PoolUse } from './guarded-pool.ts'
import { createPreparedStatements } from './prepared-statements.ts'
import { IDLE_IN_TRANSACTION_MS, STATEMENT_LIMITS_MS } from './time-limits.ts'
import type { QueryClass } from './time-limits.ts'

export interface DatabaseOptions {
  /** `postgres://…`, of the runtime role. */
  url: string
  /** What the server shows in `pg_stat_activity`: the service's name. */
  name: string
  /** Connections at most, 100 or fewer. Default 10. */
  poolSize?: number
  /** How long a query may wait for a connection. Default 2 s; then {@link DatabaseBusyError}. */
  waitTimeoutMs?: number
  /** How long opening a connection may take. Default 30 s. */
  connectTimeoutMs?: number
  /** Who waits for these queries. Default `interactive`. */
  queryClass?: QueryClass
  /** How long a statement may run. Default: as its class may. */
  statementTimeoutMs?: number
  /** Whether PgBouncer in transaction mode is in between. Default false. */
  viaPgBouncer?: boolean
  /** Whether hot queries are prepared. Default: where no pooler is in between. */
  preparedStatements?: boolean
  /** An idle connection has broken; the pool replaces it. Without a listener it would end the process. */
  onIdleError?: (error: Error) => void
  /** Called after each statement, for metrics and tests. */
  onQuery?: (query: QueryReport) => void
  /** Called once with a way to see what the connections do. */
  onPool?: (use: () => PoolUse) => void
}

export interface QueryReport {
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** For whom it ran. */
  readonly actor: Actor | undefined
  readonly durationMs: number
  readonly failed: boolean
}

/** Columns are `snake_case` in Postgres and `camelCase` here; `bigint` columns are `bigint`s. End it by `destroy()`. */
export function createDatabase(options: DatabaseOptions): Kysely<Database> {
  const { viaPgBouncer = false, preparedStatements = !viaPgBouncer } = options
  const { queryClass = 'interactive' } = options
  const statementLimitMs = options.statementTimeoutMs ?? STATEMENT_LIMITS_MS[queryClass]
  const pool = createGuardedPool({
    settings: {
      connectionString: options.url,
      application_name: options.name,
      max: options.poolSize ?? 10,
      connectionTimeoutMillis: options.connectTimeoutMs ?? 30_000,
      idleTimeoutMillis: 600_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      // For row-level security, which says for whom a statement runs in the same round trip.
      pipeline: true,
      types: typeParsers,
      // PgBouncer refuses a connection that asks for what it does not know.
      ...(viaPgBouncer
        ? {}
        : {
            ...(queryClass === 'interactive' && { options: PLANNER_OPTIONS }),
            statement_timeout: statementLimitMs,
            idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
          }),
    },
    waitMs: options.waitTimeoutMs ?? 2_000,
    guard: {
      statementLimitMs,
      viaPgBouncer,
      statements: preparedStatements ? createPreparedStatements() : undefined,
    },
    onIdleError: (error) => options.onIdleError?.(error),
  })
  options.onPool?.(() => pool.use())
  return new Kysely<Database>({
    dialect: actingDialect(new PostgresDialect({ pool })),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: (event) =>
      options.onQuery?.({
        sql: event.query.sql,
        parameters: event.query.parameters,
        actor: actorOf(event.query.queryId),
        durationMs: event.queryDurationMillis,
        failed: event.level === 'error',
      }),
  })
}

/**
 * One plan for all values: with tables of so many months, planning a statement took longer than running it, and a plan
 * leaves the months out by their bounds when it begins, too. What a partial index asks for must be a literal then. No
 * table has constraints that would rule a query out; to look for them was a tenth of a plan's time.
 */
export const PLANNER_OPTIONS = '-c plan_cache_mode=force_generic_plan -c constraint_exclusion=off'

/** `bigint`'s object id in every Postgres. */
const INT8: number = types.builtins.INT8
/** A day stays the text that it is: as a `Date` it would be midnight of some place or other. */
const DATE: number = types.builtins.DATE

const typeParsers: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    format !== 'binary' && oid === INT8
      ? BigInt
      : format !== 'binary' && oid === DATE
        ? String
        : types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
}
