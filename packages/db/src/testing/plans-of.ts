import type { Kysely } from 'kysely'
import { Client, escapeLiteral } from 'pg'
import { PLANNER_OPTIONS, createDatabase } from '../connection/create-database.ts'
import type { QueryReport } from '../connection/create-database.ts'
import { actAs } from '../row-level-security/actor.ts'
import type { Database } from '../tables/database.ts'

/** What a statement's plan does with tables. */
export interface Plan {
  readonly sql: string
  /** The months of partitions that were read: `y2026m11`. */
  readonly months: string[]
  /** Planned to be read from end to end. */
  readonly sequential: string[]
}

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Actual Loops': number
  Plans?: PlanNode[]
}

/**
 * Runs `run` and rolls it back; then each of its statements again for its plan, in the same state and for whom it ran:
 * the policies are part of a plan.
 */
export async function plansOf(
  url: string,
  run: (recording: Kysely<Database>) => Promise<unknown>,
): Promise<Plan[]> {
  return explain(url, await statementsOf(url, run))
}

async function statementsOf(
  url: string,
  run: (recording: Kysely<Database>) => Promise<unknown>,
): Promise<QueryReport[]> {
  const statements: QueryReport[] = []
  const recording = createDatabase({
    url,
    name: 'test',
    onQuery: (query) => statements.push(query),
  })
  try {
    const transaction = await recording.startTransaction().execute()
    try {
      await run(transaction)
    } finally {
      await transaction.rollback().execute()
    }
  } finally {
    await recording.destroy()
  }
  return statements.filter(({ sql }) => !/^\s*(begin|start|commit|rollback|set)/i.test(sql))
}

async function explain(url: string, statements: readonly QueryReport[]): Promise<Plan[]> {
  const client = new Client({ connectionString: url, options: PLANNER_OPTIONS })
  await client.connect()
  try {
    await client.query('begin')
    const plans: Plan[] = []
    for (const { sql, parameters, actor } of statements) {
      await client.query(actAs(actor, 'unknown'))
      // Prepared, as hot statements are: the plan that is made for all values.
      await client.query(`prepare explained as ${sql}`)
      const values = parameters.length === 0 ? '' : `(${parameters.map(literalOf).join(', ')})`
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (analyze, format json, costs off, timing off) execute explained${values}`,
      )
      await client.query('deallocate explained')
      const scans = scansIn(rows[0]!['QUERY PLAN'][0].Plan)
      plans.push({
        sql,
        months: unique(scans.filter((scan) => scan.isRead).flatMap((scan) => monthOf(scan.table))),
        sequential: unique(scans.filter((scan) => scan.isSequential).map((scan) => scan.table)),
      })
    }
    return plans
  } finally {
    await client.end()
  }
}

function literalOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (value instanceof Date) return escapeLiteral(value.toISOString())
  if (typeof value === 'bigint') return String(value)
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`
  if (Array.isArray(value))
    return escapeLiteral(`{${value.map((each) => JSON.stringify(each)).join()}}`)
  return escapeLiteral(typeof value === 'string' ? value : JSON.stringify(value))
}

interface Scan {
  table: string
  isSequential: boolean
  /** Not left alone when it came to it. */
  isRead: boolean
}

function scansIn(node: PlanNode): Scan[] {
  const type = node['Node Type']
  const table = node['Relation Name']
  const own = table !== undefined && type.endsWith('Scan')
  return [
    ...(own
      ? [{ table, isSequential: type === 'Seq Scan', isRead: node['Actual Loops'] > 0 }]
      : []),
    ...(node.Plans ?? []).flatMap(scansIn),
  ]
}

function monthOf(table: string): string[] {
  const found = /_(y\d{4}m\d\d)$/.exec(table)
  return found === null ? [] : [found[1]!]
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].toSorted()
}
