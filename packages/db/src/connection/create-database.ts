import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import { Pool, types } from 'pg'
import type { CustomTypesConfig } from 'pg'
import { actingDialect } from '../row-level-security/acting-dialect.ts'
import type { Database } from '../tables/database.ts'

export interface DatabaseOptions {
  /** `postgres://…`, of the runtime role. */
  url: string
  /** What the server shows in `pg_stat_activity`: the service's name. */
  name: string
  /** Connections at most. Default 10. */
  poolSize?: number
  /** How long a query may wait for a connection before it fails. Default 2 s. */
  connectTimeoutMs?: number
  /** How long a statement may run. Default 10 s. */
  statementTimeoutMs?: number
  /** An idle connection has broken; the pool replaces it. Without a listener it would end the process. */
  onIdleError?: (error: Error) => void
  /** Called after each statement, for metrics and tests. */
  onQuery?: (query: QueryReport) => void
}

export interface QueryReport {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly durationMs: number
  readonly failed: boolean
}

/** Columns are `snake_case` in Postgres and `camelCase` here; `bigint` columns are `bigint`s. End it by `destroy()`. */
export function createDatabase(options: DatabaseOptions): Kysely<Database> {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000
  const pool = new Pool({
    connectionString: options.url,
    application_name: options.name,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 2_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    // The server's own limit covers a slow statement, this one a server that no longer answers.
    query_timeout: statementTimeoutMs + 2_000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    pipeline: true,
    types: typeParsers,
  })
  pool.on('error', (error) => options.onIdleError?.(error))
  // One that is lent out the pool does not watch: where it breaks between two statements, the next statement says so.
  pool.on('connect', (client) => client.on('error', () => {}))
  return new Kysely<Database>({
    dialect: actingDialect(new PostgresDialect({ pool })),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    log: (event) =>
      options.onQuery?.({
        sql: event.query.sql,
        parameters: event.query.parameters,
        durationMs: event.queryDurationMillis,
        failed: event.level === 'error',
      }),
  })
}

/** `bigint`'s object id in every Postgres. */
const INT8: number = types.builtins.INT8

const typeParsers: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary'
      ? BigInt
      : types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
}
