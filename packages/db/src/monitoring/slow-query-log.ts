import { createHash } from 'node:crypto'
import { CompiledQuery } from 'kysely'
import type { Kysely } from 'kysely'
import type { Logger } from '@brainlyx/service-kit'
import type { QueryReport } from '../connection/create-database.ts'
import { statementKind } from '../connection/statement-kind.ts'
import { actingAs } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import { queryName } from './query-name.ts'
import { redact, redactPlan } from './redact.ts'

export interface SlowQueryLog {
  /** Logs it where it was slow. Costs nothing else. */
  see(report: QueryReport): void
  /** Resolves when no plan is being asked for. */
  idle(): Promise<void>
}

/** One plan in so long: where everything is slow at once, explaining must not make it slower. */
const PLAN_EVERY_MS = 10_000
/** So often one text is explained: its plan seldom changes. */
const SAME_PLAN_EVERY_MS = 10 * 60_000
const KEPT = 500

/**
 * Logs slow statements with what they were given (kinds and sizes only), and now and then with their plan, which is
 * asked for afterwards by `EXPLAIN` with the same values. Never by `EXPLAIN ANALYZE`: that would run what was slow
 * again, and what writes twice.
 */
export function createSlowQueryLog(options: {
  /** Not called before it has sent something: it is made with what this log sees. */
  db: () => Kysely<Database>
  logger: Logger
  thresholdMs: number
  nowMs?: () => number
}): SlowQueryLog {
  const { logger, thresholdMs, nowMs = () => performance.now() } = options
  const explainedAt = new Map<string, number>()
  let lastAtMs = -Infinity
  let explaining: Promise<void> = Promise.resolve()

  function isPlanDue(sql: string): boolean {
    const now = nowMs()
    if (now < lastAtMs + PLAN_EVERY_MS) return false
    if (now < (explainedAt.get(sql) ?? -Infinity) + SAME_PLAN_EVERY_MS) return false
    if (explainedAt.size >= KEPT) explainedAt.clear()
    explainedAt.set(sql, now)
    lastAtMs = now
    return true
  }

  async function planOf({ sql, parameters, actor }: QueryReport): Promise<string[] | undefined> {
    const kind = statementKind(sql)
    if ((kind !== 'read' && kind !== 'write') || !EXPLAINABLE.test(sql)) return undefined
    if (!isPlanDue(sql)) return undefined
    const { rows } = await options
      .db()
      .withoutPlugins()
      .executeQuery<Record<'QUERY PLAN', string>>(
        actingAs(CompiledQuery.raw(`explain ${sql}`, [...parameters]), actor),
      )
    return rows.map((row) => redactPlan(row['QUERY PLAN']))
  }

  async function log(report: QueryReport): Promise<void> {
    const { sql, parameters, durationMs, failed } = report
    const plan = await planOf(report).catch(() => ['no plan could be had'])
    logger.warn(
      {
        query: queryName(sql),
        // The same for one text everywhere, to find it again.
        statement: createHash('sha256').update(sql).digest('hex').slice(0, 12),
        durationMs: Math.round(durationMs),
        failed,
        sql,
        parameters: parameters.map(redact),
        ...(plan === undefined ? {} : { plan }),
      },
      'slow query',
    )
  }

  return {
    see(report) {
      if (report.durationMs < thresholdMs || IS_EXPLAIN.test(report.sql)) return
      explaining = after(explaining, log(report))
    },
    idle: () => explaining,
  }
}

async function after(before: Promise<void>, running: Promise<void>): Promise<void> {
  await running
  await before
}

const EXPLAINABLE = /^\s*(select|insert|update|delete|merge|with|values)\b/i
const IS_EXPLAIN = /^\s*explain\b/i
