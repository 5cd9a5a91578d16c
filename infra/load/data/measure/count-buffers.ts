import { createDatabase } from '@brainlyx/db'
import type { QueryReport } from '@brainlyx/db'
import type pg from 'pg'
import { withClient } from '@brainlyx/testkit/postgres-server'
import type { Operation } from './operations.ts'
import type { Place } from './places.ts'

/** Statements that EXPLAIN takes; those around them, such as `commit`, read no table. */
const EXPLAINABLE = /^\s*(?:select|insert|update|delete|with)\b/i

interface PlanNode {
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
}

/**
 * How many pages of tables and indexes (8 kB each, out of the server's memory or not) the statements of an operation
 * look at, one number a place. They are taken from a run of the operation itself, which is undone.
 */
export async function countBuffers(
  url: string,
  operation: Operation,
  places: readonly Place[],
): Promise<number[]> {
  const reports: QueryReport[] = []
  const db = createDatabase({
    url,
    name: 'bench-buffers',
    poolSize: 1,
    onQuery: (report) => reports.push(report),
  })
  try {
    return await withClient(url, async (client) => {
      const counts: number[] = []
      for (const place of places) {
        reports.length = 0
        await db
          .transaction()
          .execute(async (transaction) => {
            await operation.run(transaction, place)
            throw new UndoneError()
          })
          .catch(passOver)
        counts.push(await explain(client, place, reports))
      }
      return counts
    })
  } finally {
    await db.destroy()
  }
}

class UndoneError extends Error {}

function passOver(error: unknown): void {
  if (!(error instanceof UndoneError)) throw error
}

/** Does the statements again, one after the other, and undoes them. */
async function explain(
  client: pg.Client,
  { userId }: Place,
  reports: readonly QueryReport[],
): Promise<number> {
  let buffers = 0
  await client.query('begin')
  try {
    // For whom it is, where row-level security asks.
    await client.query(`select set_config('brainlyx.user_id', $1, true)`, [userId])
    for (const { sql, parameters } of reports) {
      if (!EXPLAINABLE.test(sql)) continue
      const { rows } = await client.query(`explain (analyze, buffers, format json) ${sql}`, [
        ...parameters,
      ])
      const plan: PlanNode = rows[0]['QUERY PLAN'][0].Plan
      buffers += plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
    }
  } finally {
    await client.query('rollback')
  }
  return buffers
}
