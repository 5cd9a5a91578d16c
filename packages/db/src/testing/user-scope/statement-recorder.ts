import { PostgresQueryCompiler } from 'kysely'
import { SYSTEM_QUERIES } from './system-queries.ts'
import { unscopedTables } from './unscoped-tables.ts'

export interface UnscopedStatement {
  /** The function that ran it; its place in the source where it has no name. */
  readonly by: string
  readonly tables: readonly string[]
  readonly sql: string
}

interface Recording {
  /** Statements on users' data that were checked. */
  checked: number
  readonly system: UnscopedStatement[]
  readonly unscoped: UnscopedStatement[]
}

const RECORDING = Symbol.for('brainlyx.user-scope')
const FRAMES = 40
/** Also the migrations, which concern everybody. */
const TESTS = /\.test\.ts|\/(?:test|testing|migrations)\/|\/infra\//

/**
 * Watches every statement that Kysely is given in this process, from now on. Compiling is the moment at which the
 * stack still tells who asked for it; a statement that a test wrote itself is the test's affair.
 */
export function recordStatements(): Recording {
  const shared = globalThis as { [RECORDING]?: Recording }
  if (shared[RECORDING] !== undefined) return shared[RECORDING]
  const recording: Recording = { checked: 0, system: [], unscoped: [] }
  shared[RECORDING] = recording
  const compileQuery = PostgresQueryCompiler.prototype.compileQuery
  PostgresQueryCompiler.prototype.compileQuery = function (...parameters) {
    const compiled = compileQuery.apply(this, parameters)
    check(recording, compiled.sql)
    return compiled
  }
  return recording
}

function check(recording: Recording, sql: string): void {
  if (!sql.includes('user_id') && unscopedTables(sql).length === 0) return
  recording.checked++
  const tables = unscopedTables(sql)
  if (tables.length === 0) return
  const caller = callerOf()
  if (caller === undefined) return
  const statement = { by: caller, tables, sql }
  recording[caller in SYSTEM_QUERIES ? 'system' : 'unscoped'].push(statement)
}

/** undefined where a test asked. */
function callerOf(): string | undefined {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = FRAMES
  const stack = new Error('who asks').stack ?? ''
  Error.stackTraceLimit = limit
  const frame = stack
    .split('\n')
    .slice(1)
    .find((line) => /\.ts\b/.test(line) && !/node_modules|statement-recorder/.test(line))
  if (frame === undefined) return 'unknown'
  if (TESTS.test(frame)) return undefined
  const named = /at (?:async )?(?:Module\.|Object\.)?([\w.]+) \(/.exec(frame)
  return named?.[1] ?? frame.trim()
}
