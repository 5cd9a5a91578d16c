import { setTimeout as sleep } from 'node:timers/promises'
import { Client, escapeIdentifier } from 'pg'
import type { ClientBase } from 'pg'
import { sendCancelRequest } from '../connection/cancel-request.ts'
import { isPostgresError } from '../connection/postgres-error.ts'
import { attachedMonths } from '../partitions/attached-months.ts'
import { PARTITION_LOCK } from '../partitions/partition-lock.ts'
import { applyChanges, countChanges, forgetChanges, noteChanges } from './changes.ts'
import { copyPacked, exchange, inTransaction } from './packed-copy.ts'
import { PACKER } from './interrupt-packing.ts'
import { COPY_SUFFIX, OLD_SUFFIX, PACKED_PARENT, describeMonth } from './packed-month.ts'
import type { PackedMonth } from './packed-month.ts'

export interface PackOptions {
  /** How long to try for a moment in which nobody uses the table. Default 10 minutes. */
  readonly patienceMs?: number
  /** Between two tries, so that those who queued behind one get their turn. Default 2 seconds. */
  readonly pauseMs?: number
  /** Whoever is leaving leaves the month for the next time. */
  readonly stopping?: AbortSignal
}

export interface PackedMonthReport {
  readonly month: string
  /** Else another time: the table was in use all the while, or somebody wanted this to end. */
  readonly isPacked: boolean
}

/** What is said of a month as a comment, which dumps keep as they keep the order of rows. */
const PACKED = 'packed: the messages of a chat lie side by side'
/** Everybody queues behind us for so long at most, once in so many. */
const LOCK_TIMEOUT_MS = 50
const PAUSE_MS = 2_000
const PATIENCE_MS = 10 * 60 * 1000
const FEW_CHANGES = 200
const MOST_ROUNDS = 20
const BUSY = new Set(['55P03', '40P01'])
const CANCELLED = '57014'
/** Copying takes as long as it takes. */
const SESSION = `
  set lock_timeout = ${LOCK_TIMEOUT_MS};
  set statement_timeout = 0;
  set idle_in_transaction_session_timeout = 0;
`

/**
 * Rewrites the newest month before the one of `before` that is not packed yet, so that the messages of a chat lie side
 * by side: as they were written they lie among everybody's, and a page of a chat costs a read for nearly each message.
 * Beside the work: a copy is made in the order of chats, what changes meanwhile is noted by a trigger and applied, and
 * in one short moment the copy takes the partition's place (the way of pg_repack, by partitions). It needs the tables'
 * owner, and room for the month once more. A crash leaves what the next run removes.
 * @param ownerUrl of the role that owns the tables, straight to the server
 * @returns undefined where no month is left, or somebody else is at it
 */
export async function packNextMonth(
  ownerUrl: string,
  before: Date,
  options: PackOptions = {},
): Promise<PackedMonthReport | undefined> {
  const client = new Client({ connectionString: ownerUrl, application_name: PACKER })
  client.on('error', () => {})
  await client.connect()
  const leave = (): void => sendCancelRequest(client)
  options.stopping?.addEventListener('abort', leave, { once: true })
  try {
    const { rows } = await client.query<{ ours: boolean }>(
      'select pg_try_advisory_lock($1) as ours',
      [PARTITION_LOCK],
    )
    if (!rows[0]!.ours) return undefined
    await client.query(SESSION)
    return await pack(client, before, patienceOf(options))
  } finally {
    options.stopping?.removeEventListener('abort', leave)
    await client.end()
  }
}

type Patiently = (run: () => Promise<void>) => Promise<boolean>

async function pack(
  client: ClientBase,
  before: Date,
  patiently: Patiently,
): Promise<PackedMonthReport | undefined> {
  if (!(await patiently(() => removeLeftovers(client)))) return undefined
  const name = await nextMonth(client, before)
  if (name === undefined) return undefined
  const month = describeMonth(name)
  try {
    if (!(await patiently(() => noteChanges(client, month))))
      return { month: name, isPacked: false }
    const copyRows = await copyPacked(client, month)
    const apply = (): Promise<void> => applyChanges(client, month, copyRows)
    const isPacked = await patiently(async () => {
      await catchUp(client, apply)
      await takePlace(client, month, apply)
    })
    return { month: name, isPacked }
  } catch (error) {
    if (isBusy(error) || isCancelled(error)) return { month: name, isPacked: false }
    throw error
  } finally {
    // What cannot be dropped now is dropped by the next run.
    await patiently(() => removeLeftovers(client)).catch(() => false)
  }
}

/** Applies what has changed until few changes are left for the moment in which nobody else may use the table. */
async function catchUp(client: ClientBase, apply: () => Promise<void>): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if ((await countChanges(client)) <= FEW_CHANGES) return
    await inTransaction(client, apply, 'repeatable read')
  }
}

/** The snapshot is taken once the lock is had: nobody is writing, and everything that was written is seen. */
async function takePlace(
  client: ClientBase,
  month: PackedMonth,
  apply: () => Promise<void>,
): Promise<void> {
  await inTransaction(
    client,
    async () => {
      await client.query(`lock table only public.${PACKED_PARENT} in access exclusive mode`)
      await apply()
      await exchange(client, month)
      await client.query(`comment on table ${month.table} is '${PACKED}'`)
    },
    'repeatable read',
  )
}

async function removeLeftovers(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and not relispartition and relname ~ $1`,
    [`^${PACKED_PARENT}_y\\d{4}m\\d{2}(${COPY_SUFFIX}|${OLD_SUFFIX})$`],
  )
  for (const { name } of rows) await client.query(`drop table public.${escapeIdentifier(name)}`)
  await forgetChanges(client)
}

async function nextMonth(client: ClientBase, before: Date): Promise<string | undefined> {
  const months = await attachedMonths(client, before)
  const names = months
    .filter(({ parent, pending }) => parent === PACKED_PARENT && !pending)
    .map(({ name }) => name)
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relname = any($1::text[])
      and obj_description(oid, 'pg_class') is distinct from $2
    order by relname desc limit 1`,
    [names, PACKED],
  )
  return rows[0]?.name
}

/** Tries what takes a lock that others queue behind, until a moment is found. @returns whether one was */
function patienceOf({
  patienceMs = PATIENCE_MS,
  pauseMs = PAUSE_MS,
  stopping,
}: PackOptions): Patiently {
  return async (run) => {
    const deadline = performance.now() + patienceMs
    for (;;) {
      try {
        await run()
        return true
      } catch (error) {
        if (!isBusy(error)) throw error
        if (performance.now() >= deadline) return false
      }
      await sleep(pauseMs, undefined, { signal: stopping })
    }
  }
}

function isBusy(error: unknown): boolean {
  return isPostgresError(error) && BUSY.has(error.code)
}

/** By the server, or in a pause between two tries. */
function isCancelled(error: unknown): boolean {
  if (isPostgresError(error)) return error.code === CANCELLED
  return error instanceof Error && error.name === 'AbortError'
}
