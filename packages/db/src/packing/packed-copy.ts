import { escapeIdentifier } from 'pg'
import type { ClientBase } from 'pg'
import { PACKED_PARENT } from './packed-month.ts'
import type { PackedMonth } from './packed-month.ts'

const BOUNDS = 'packing_bounds'
/** A partitioned table of the same shape, which is never seen: it is made and dropped in one transaction. */
const SHAPE = 'public.packing_shape'

/** Puts rows of a month into its copy. @param selection `and …`, or an order */
export type CopyRows = (selection: string) => Promise<unknown>

/**
 * Copies the rows of a month in the order of chats, and builds its indexes. Whoever may read the month goes on doing
 * so, and writing: nothing is locked but the table's shape, while rows are copied.
 * @returns what copies more of them. Where the shape has changed since, the copy fits nowhere any more, and
 * `exchange` fails
 */
export async function copyPacked(client: ClientBase, month: PackedMonth): Promise<CopyRows> {
  const copyRows = await inTransaction(client, async () => {
    // Autovacuum would hold locks that are not waited for for long.
    await client.query(`
      create table ${month.copy} (like public.${PACKED_PARENT} including all excluding indexes,
        constraint ${BOUNDS} check (created_at >= ${month.from} and created_at < ${month.until})
      ) with (autovacuum_enabled = false)
    `)
    // Not forced, so that its owner can fill it; nobody else sees a row.
    await client.query(`alter table ${month.copy} enable row level security`)
    // Read once the shape cannot change any more: a column that came in between would be copied empty.
    const copy = rowsInto(client, month, await storedColumns(client, month))
    await copy('order by user_id, session_id, created_at, id')
    return copy
  })
  await inTransaction(client, () => buildIndexes(client, month))
  await client.query(`vacuum (freeze, analyze) ${month.copy}`)
  return copyRows
}

/** By the parent, since policies bind those who ask a partition itself. */
function rowsInto(client: ClientBase, month: PackedMonth, columns: string): CopyRows {
  return (selection) =>
    client.query(`
      insert into ${month.copy} (${columns})
      select ${columns} from public.${PACKED_PARENT}
      where created_at >= ${month.from} and created_at < ${month.until} ${selection}
    `)
}

/** Those that are not computed. */
async function storedColumns(client: ClientBase, { copy }: PackedMonth): Promise<string> {
  const { rows } = await client.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
    where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [copy],
  )
  return rows[0]!.columns
}

/** Postgres builds what a partition lacks as it is attached, and leaves it there when it is detached. */
async function buildIndexes(client: ClientBase, month: PackedMonth): Promise<void> {
  await client.query(`
    create table ${SHAPE} (like public.${PACKED_PARENT} including all) partition by range (created_at)
  `)
  await client.query(
    `alter table ${SHAPE} attach partition ${month.copy} for values from (${month.from}) to (${month.until})`,
  )
  await client.query(`alter table ${SHAPE} detach partition ${month.copy}`)
  await client.query(`drop table ${SHAPE}`)
}

/**
 * Puts the copy in the place of the partition, which is left beside it. Within a transaction that has locked the parent
 * against everybody; it takes no longer than a few entries in the catalogue.
 */
export async function exchange(client: ClientBase, month: PackedMonth): Promise<void> {
  const parent = `public.${PACKED_PARENT}`
  await client.query(`alter table ${parent} detach partition ${month.table}`)
  await client.query(`alter table ${month.table} rename to ${escapeIdentifier(month.oldName)}`)
  await client.query(`alter table ${month.copy} rename to ${escapeIdentifier(month.name)}`)
  await client.query(
    `alter table ${parent} attach partition ${month.table} for values from (${month.from}) to (${month.until})`,
  )
  await client.query(`
    alter table ${month.table}
      drop constraint ${BOUNDS}, reset (autovacuum_enabled), force row level security
  `)
}

export async function inTransaction<T>(
  client: ClientBase,
  run: () => Promise<T>,
  isolation = 'read committed',
): Promise<T> {
  await client.query(`begin isolation level ${isolation}`)
  try {
    const result = await run()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}
