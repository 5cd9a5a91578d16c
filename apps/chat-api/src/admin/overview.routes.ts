import type { InstallationOverview } from '@brainlyx/chat-contract'
import {
  countActiveUsers,
  countTurns,
  countUsers,
  groupFailures,
  monthOf,
  readInstallationBudget,
} from '@brainlyx/db'
import type { Database, Reads } from '@brainlyx/db'
import type { Kysely, Transaction } from 'kysely'
import { sql } from 'kysely'
import type { Handlers } from '../http/register-routes.ts'

/** Sums over everybody are counted once a minute, however often an administrator looks. */
const KEEP_MS = 60_000
/** What takes longer is not known, rather than a burden on those who chat. */
const PATIENCE_MS = 3_000
const HOUR_MS = 60 * 60 * 1000

type Counts = Omit<InstallationOverview, 'degraded'>

export function overviewRoutes(dependencies: {
  reads: Pick<Reads, 'forAnalytics'>
  db: Kysely<Database>
  /** What is away at the moment. */
  degradedParts: () => Promise<string[]>
  nowMs: () => number
}): Pick<Handlers, 'getInstallationOverview'> {
  const { reads, db, degradedParts, nowMs } = dependencies
  let counted: { atMs: number; counts: Promise<Counts> } | undefined

  /** null where it takes too long, or nothing can be counted at the moment. */
  async function attempt<T>(count: (on: Kysely<Database>) => Promise<T>): Promise<T | null> {
    const within = (on: Transaction<Database>): Promise<T> => {
      return sql`select set_config('statement_timeout', ${String(PATIENCE_MS)}, true)`
        .execute(on)
        .then(() => count(on))
    }
    return reads
      .forAnalytics((analytics) => analytics.transaction().execute(within))
      .catch(() => null)
  }

  async function count(): Promise<Counts> {
    const now = new Date(nowMs())
    const midnight = new Date(now)
    midnight.setUTCHours(0, 0, 0, 0)
    const hour = new Date(now.getTime() - HOUR_MS)
    // One after another: an installation's sums are no reason to take five connections at once.
    const users = await attempt(countUsers)
    const activeToday = await attempt((on) => countActiveUsers(on, midnight))
    // What budgets count with: sixteen rows, and it stays where the calls of a deleted account go.
    const budget = await attempt((on) => readInstallationBudget(on, { month: monthOf(now) }))
    const turns = await attempt((on) => countTurns(on, hour))
    const failures = await groupFailures(db, hour).catch(() => null)
    return {
      countedAt: now.toISOString(),
      users,
      activeToday,
      spentThisMonthPicoUsd: budget === null ? null : String(budget.spentPicoUsd),
      turns: turns === null ? null : byState(turns),
      failures: failures === null ? null : byCode(failures),
    }
  }

  return {
    async getInstallationOverview() {
      if (counted === undefined || nowMs() - counted.atMs > KEEP_MS) {
        counted = { atMs: nowMs(), counts: count() }
      }
      const [counts, degraded] = await Promise.all([counted.counts, degradedParts()])
      return { ...counts, degraded }
    },
  }
}

function byState(
  turns: readonly { state: string; count: number }[],
): NonNullable<InstallationOverview['turns']> {
  const counts = { waiting: 0, running: 0, completed: 0, stopped: 0, failed: 0 }
  return { ...counts, ...Object.fromEntries(turns.map(({ state, count }) => [state, count])) }
}

/** The same code may come from several routes. */
function byCode(
  groups: readonly { code: string; count: number }[],
): { code: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { code, count } of groups) counts.set(code, (counts.get(code) ?? 0) + count)
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .toSorted((one, other) => other.count - one.count)
}
