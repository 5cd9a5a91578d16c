import { escapeIdentifier } from 'pg'
import type { ClientBase } from 'pg'
import { PACKED_PARENT } from './packed-month.ts'
import type { PackedMonth } from './packed-month.ts'

const BOUNDS = 'packing_bounds'
/** A partitioned table of the same shape, which is never seen: it is made and dropped in one transaction. */
const SHAPE = 'public.packing_shape'

/**
 * Copies the rows of a month in the order of chats, and builds its indexes. Whoever may read the month goes on doing
 * so, and writing: nothing is locked.
 */
export async function copyPacked(client: ClientBase, month: PackedMonth): Promise<void> {
  await inTransaction(client, async () => {
    // Autovacuum would hold locks that are not waited for for long.
    await client.query(`
      create table ${month.copy} (like public.${PACKED_PARENT} including all excluding indexes,
        constraint ${BOUNDS} check (created_at >= ${month.from} and created_at < ${month.until})
      ) with (autovacuum_enabled = false)
    `)
    // Not forced, so that its owner can fill it; nobody else sees a row.
    await client.query(`alter table ${month.copy} enable row level security`)
    await client.query(`
      insert into ${month.copy} (${month.columns}) ${month.rows} order by user_id, session_id, created_at, id
    `)
  })
  await inTransaction(client, () => buildIndexes(client, month))
  await client.query(`vacuum (freeze, analyze) ${month.copy}`)
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

export async function inTransaction(
  client: ClientBase,
  run: () => Promise<void>,
  isolation = 'read committed',
): Promise<void> {
  await client.query(`begin isolation level ${isolation}`)
  try {
    await run()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}
