import { setTimeout as sleep } from 'node:timers/promises'
import { Client, escapeIdentifier } from 'pg'
import { isPostgresError } from '../connection/postgres-error.ts'
import { INTERRUPT_PACKING } from '../packing/interrupt-packing.ts'
import { PARTITION_LOCK } from '../partitions/partition-lock.ts'
import type { ConcurrentIndex } from './concurrent-indexes.ts'

export interface BuildOptions {
  /** How long a lock may be waited for that others would queue behind. Default 500 ms. */
  lockTimeoutMs?: number
  /** How long everything may take to wait for others. Default 10 minutes. */
  patienceMs?: number
}

const LOCK_TIMEOUT_MS = 500
const PATIENCE_MS = 10 * 60 * 1000
/** Between two tries, so that those who queued behind us get their turn. */
const PAUSE_MS = 250
const NAME_LIMIT = 63
/** Somebody else had the lock for too long, or waited for us while we waited for him. */
const BUSY = new Set(['55P03', '40P01'])

/**
 * Builds an index without locking anything for more than a moment: of a partitioned table first the parent's, which is
 * empty, then one on each partition, concurrently, which is attached when it is whole (the way that PostgreSQL's manual
 * gives in «5.12.2.2. Partition Maintenance»). What needs a lock that others queue behind waits briefly, and tries
 * again; a concurrent build waits for older transactions, and nobody waits for it. After a crash the next call goes on:
 * what is whole stays, what is broken is dropped and built again.
 * @param ownerUrl of the role that owns the table, straight to the server
 * @returns whether there was anything to do
 * @throws an Error that says where it had to stop, once `patienceMs` has passed
 */
export async function buildIndex(
  ownerUrl: string,
  index: ConcurrentIndex,
  options: BuildOptions = {},
): Promise<boolean> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'build-index' })
  client.on('error', () => {})
  await client.connect()
  try {
    const patience = startPatience(client, index, options)
    if (await isBuilt(client, index.name)) return false
    const interrupt = async (): Promise<void> => void (await client.query(INTERRUPT_PACKING))
    await interrupt()
    await patience.short(`select pg_advisory_lock(${PARTITION_LOCK})`, interrupt)
    if (await isPartitioned(client, index.table)) await buildByPartition(client, index, patience)
    else await buildOn(client, index, { table: index.table, name: index.name }, patience)
    return true
  } finally {
    await client.end()
  }
}

interface Patience {
  /** A statement that takes a lock which holds others up. `clearing`: what to do before it is tried again. */
  short(statement: string, clearing?: () => Promise<void>): Promise<void>
  /** One that waits for others and holds nobody up. */
  long(statement: string, clearing?: () => Promise<void>): Promise<void>
}

interface Place {
  table: string
  name: string
}

async function buildByPartition(
  client: Client,
  index: ConcurrentIndex,
  patience: Patience,
): Promise<void> {
  const [table, name] = [escapeIdentifier(index.table), escapeIdentifier(index.name)]
  await patience.short(
    `create index if not exists ${name} on only public.${table} ${index.definition}`,
  )
  // Months that are made meanwhile bring theirs with them.
  while (!(await isBuilt(client, index.name))) {
    for (const place of await partitionsWithout(client, index)) {
      await buildOn(client, index, place, patience)
      await patience.short(
        `alter index public.${name} attach partition public.${escapeIdentifier(place.name)}`,
      )
    }
  }
}

async function buildOn(
  client: Client,
  { definition }: ConcurrentIndex,
  place: Place,
  patience: Patience,
): Promise<void> {
  const [table, name] = [escapeIdentifier(place.table), escapeIdentifier(place.name)]
  const dropBroken = async (): Promise<void> => {
    if (await isBuilt(client, place.name)) return
    await patience.long(`drop index concurrently if exists public.${name}`)
  }
  await dropBroken()
  await patience.long(
    `create index concurrently if not exists ${name} on public.${table} ${definition}`,
    dropBroken,
  )
}

function startPatience(client: Client, index: ConcurrentIndex, options: BuildOptions): Patience {
  const { lockTimeoutMs = LOCK_TIMEOUT_MS, patienceMs = PATIENCE_MS } = options
  const deadline = performance.now() + patienceMs

  async function run(
    statement: string,
    timeoutMs: () => number,
    clearing?: () => Promise<void>,
  ): Promise<void> {
    for (;;) {
      try {
        await client.query(`set lock_timeout = ${Math.max(1, Math.ceil(timeoutMs()))}`)
        await client.query(statement)
        return
      } catch (error) {
        if (!isPostgresError(error) || !BUSY.has(error.code)) throw error
        if (performance.now() >= deadline) {
          throw new Error(
            `the index ${index.name} is not built yet, since something was in use for too long; migrate again and it goes on (${statement})`,
            { cause: error },
          )
        }
      }
      await sleep(PAUSE_MS)
      await clearing?.()
    }
  }

  return {
    short: (statement, clearing) => run(statement, () => lockTimeoutMs, clearing),
    long: (statement, clearing) => run(statement, () => deadline - performance.now(), clearing),
  }
}

/** A parent's index is valid once those of all partitions are attached. */
async function isBuilt(client: Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ built: boolean }>(
    `select exists (
      select from pg_index where indexrelid = to_regclass($1) and indisvalid and indisready
    ) as built`,
    [`public.${escapeIdentifier(name)}`],
  )
  return rows[0]!.built
}

async function isPartitioned(client: Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ partitioned: boolean }>(
    `select relkind = 'p' as partitioned from pg_class where oid = $1::regclass`,
    [`public.${escapeIdentifier(table)}`],
  )
  return rows[0]!.partitioned
}

async function partitionsWithout(client: Client, index: ConcurrentIndex): Promise<Place[]> {
  const { rows } = await client.query<{ table: string }>(
    `select child.relname as table
    from pg_inherits i
    join pg_class child on child.oid = i.inhrelid
    where i.inhparent = $1::regclass
      and not i.inhdetachpending
      and not exists (
        select from pg_inherits attached
        join pg_index on pg_index.indexrelid = attached.inhrelid
        where attached.inhparent = $2::regclass and pg_index.indrelid = child.oid
      )
    order by child.relname desc`,
    [`public.${escapeIdentifier(index.table)}`, `public.${escapeIdentifier(index.name)}`],
  )
  return rows.map(({ table }) => ({ table, name: nameOn(index, table) }))
}

function nameOn(index: ConcurrentIndex, partition: string): string {
  const name = index.name.replace(index.table, partition)
  if (name === index.name || name.length > NAME_LIMIT) {
    throw new Error(
      `${index.name} gives no name of at most ${NAME_LIMIT} characters on ${partition}`,
    )
  }
  return name
}
