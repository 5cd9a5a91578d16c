import { Client, escapeIdentifier } from 'pg'
import { isPostgresError } from '../connection/postgres-error.ts'
import { attachedMonths, firstDayOf } from './attached-months.ts'
import type { AttachedMonth, Month } from './attached-months.ts'
import { PARTITION_LOCK } from './partition-lock.ts'

export interface DroppedMonths {
  readonly dropped: string[]
  /** Of which something was in use: they are left for the next time, which goes on where this one stopped. */
  readonly left: string[]
}

/** Long enough for what usually runs; nothing waits behind us for longer. */
const LOCK_TIMEOUT_MS = 2_000
/** Months are looked into every day, those that stay, too, and each look shuts out whoever uses the month. */
const LOOK = { lockTimeoutMs: 100, statementTimeoutMs: 2_000 }
/** A query was cancelled by a lock's time limit or its own, or to end a deadlock. */
const IN_USE = new Set(['55P03', '57014', '40P01'])

/**
 * Detaches and drops the partitions of months before the one of `before` that hold no row. Detaching is concurrent, so
 * that reads and writes go on; it needs the tables' owner, and no transaction around it. A crash or a time limit in
 * between leaves nothing that the next time does not finish.
 * @param ownerUrl of the role that owns the tables, straight to the server: PgBouncer in transaction mode has no
 * sessions to hold our lock
 */
export async function dropEmptyMonths(ownerUrl: string, before: Date): Promise<DroppedMonths> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'drop-empty-months' })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ ours: boolean }>(
      'select pg_try_advisory_lock($1) as ours',
      [PARTITION_LOCK],
    )
    if (!rows[0]!.ours) return { dropped: [], left: [] }
    await client.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`)
    // Should a policy hide rows from us, that is an error, and not a month that looks empty (see `isEmpty`).
    await client.query('set row_security = off')
    return await drop(client, before)
  } finally {
    await client.end()
  }
}

async function drop(client: Client, before: Date): Promise<DroppedMonths> {
  const left: string[] = []
  for (const month of await attachedMonths(client, before)) {
    const isDetached = await unlessInUse(() => detach(client, month))
    if (isDetached === undefined) left.push(month.name)
  }
  const dropped: string[] = []
  for (const month of await detachedMonths(client)) {
    const isDropped = await unlessInUse(() => dropDetached(client, month))
    if (isDropped === undefined) left.push(month.name)
    else if (isDropped) dropped.push(month.name)
  }
  return { dropped, left }
}

async function detach(client: Client, month: AttachedMonth): Promise<boolean> {
  const [parent, name] = [escapeIdentifier(month.parent), escapeIdentifier(month.name)]
  if (month.pending) {
    await client.query(`alter table public.${parent} detach partition public.${name} finalize`)
    return true
  }
  if (!(await looksEmpty(client, month))) return false
  await client.query(`alter table public.${parent} detach partition public.${name} concurrently`)
  return true
}

/** Taken back at once, so that the policies bind the owner again. */
async function looksEmpty(client: Client, { name }: Month): Promise<boolean> {
  await client.query('begin')
  try {
    await client.query(`set local lock_timeout = ${LOOK.lockTimeoutMs}`)
    await client.query(`set local statement_timeout = ${LOOK.statementTimeoutMs}`)
    return await isEmpty(client, name)
  } finally {
    await client.query('rollback')
  }
}

/** A row may have come in between looking and detaching; then the month goes back. @returns whether it was dropped */
async function dropDetached(client: Client, { name }: Month): Promise<boolean> {
  const table = escapeIdentifier(name)
  await client.query('begin')
  try {
    await client.query(`lock table public.${table} in access exclusive mode`)
    const empty = await isEmpty(client, name)
    if (empty) await client.query(`drop table public.${table}`)
    else {
      await client.query(`alter table public.${table} force row level security`)
      await client.query('select ensure_month_partitions($1::date, 1)', [firstDayOf(name)])
    }
    await client.query('commit')
    return empty
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** Within a transaction, for the rest of which the policies do not bind the owner of the table: it has to see all. */
async function isEmpty(client: Client, name: string): Promise<boolean> {
  await client.query(`alter table public.${escapeIdentifier(name)} no force row level security`)
  const { rows } = await client.query<{ empty: boolean }>(
    `select not exists (select from public.${escapeIdentifier(name)}) as empty`,
  )
  return rows[0]!.empty
}

/** What an earlier run detached and did not drop included. */
async function detachedMonths(client: Client): Promise<Month[]> {
  const { rows } = await client.query<Month>(`
    select parent.relname as parent, child.relname as name
    from pg_class parent
    join pg_class child on child.relnamespace = parent.relnamespace
      and child.relname ~ ('^' || parent.relname || '_y\\d{4}m\\d{2}$')
    where parent.relnamespace = 'public'::regnamespace and parent.relkind = 'p'
      and child.relkind = 'r' and not child.relispartition
    order by child.relname
  `)
  return rows
}

async function unlessInUse<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run()
  } catch (error) {
    if (isPostgresError(error) && IN_USE.has(error.code)) return undefined
    throw error
  }
}
