import { createDatabase } from '@brainlyx/db'
import { atRate } from '../../capacity/at-rate.ts'
import { withClient } from '@brainlyx/testkit/postgres-server'
import { quantile } from '../../router/measure/statistics.ts'
import { drawPlaces } from '../measure/places.ts'
import type { LoadedDatabase } from '../server/loaded-database.ts'
import { READS, createTurnTaker } from './calls.ts'
import type { Call } from './calls.ts'
import { warmServer } from './warm-server.ts'

export interface MixedLoad {
  readonly calls: number
  readonly failed: number
  readonly seconds: number
  /** Transactions by the server's own count; a statement by itself is one. */
  readonly transactions: number
  /** From when a call was to begin to its end. */
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly byCall: ReadonlyMap<string, { calls: number; p95Ms: number }>
}

const READ_SHARE = 0.7
const PLACES = 1_000
const CONNECTIONS = 20
const WARM_UP_SECONDS = 5

/**
 * An open loop at a warm server: calls begin at a steady rate whether earlier ones have ended or not, and being late is
 * latency.
 */
export async function runMixedLoad(
  database: LoadedDatabase,
  options: { perSecond: number; seconds: number; warmUpSeconds?: number; places?: number },
): Promise<MixedLoad> {
  const { perSecond, seconds, warmUpSeconds = WARM_UP_SECONDS } = options
  const places = await drawPlaces(database, options.places ?? PLACES)
  const db = createDatabase({ url: database.url, name: 'bench-mixed', poolSize: CONNECTIONS })
  try {
    await warmServer(database, db, places)
    const takeTurns = createTurnTaker(places.chats)
    const latencies = new Map<string, number[]>()
    let failed = 0
    const act = async (dueAt: number): Promise<void> => {
      const call = Math.random() < READ_SHARE ? drawRead() : takeTurns()
      try {
        await call.run(db, places)
      } catch (error) {
        if (failed++ === 0) process.stderr.write(`  ${call.name}: ${String(error)}\n`)
      }
      const known = latencies.get(call.name)
      if (known === undefined) latencies.set(call.name, [performance.now() - dueAt])
      else known.push(performance.now() - dueAt)
    }
    await atRate({ perSecond, endAt: performance.now() + warmUpSeconds * 1_000 }, act)
    latencies.clear()
    failed = 0
    const before = await countTransactions(database)
    await atRate({ perSecond, endAt: performance.now() + seconds * 1_000 }, act)
    const transactions = (await countTransactions(database)) - before
    const all = [...latencies.values()].flat()
    return {
      calls: all.length,
      failed,
      seconds,
      transactions,
      p50Ms: quantile(all, 0.5),
      p95Ms: quantile(all, 0.95),
      p99Ms: quantile(all, 0.99),
      byCall: new Map(
        [...latencies].map(([name, of]) => [name, { calls: of.length, p95Ms: quantile(of, 0.95) }]),
      ),
    }
  } finally {
    await db.destroy()
  }
}

function drawRead(): Call {
  let left = Math.random()
  for (const read of READS) {
    left -= read.share
    if (left < 0) return read
  }
  return READS[0]
}

/** The counters of a backend arrive when it has been idle for a moment, at the latest when it ends. */
async function countTransactions({ adminUrl }: LoadedDatabase): Promise<number> {
  return withClient(adminUrl, async (client) => {
    const { rows } = await client.query(
      'select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()',
    )
    return Number(rows[0].count)
  })
}
