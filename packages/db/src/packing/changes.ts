import { escapeIdentifier } from 'pg'
import type { ClientBase } from 'pg'
import type { CopyRows } from './packed-copy.ts'
import type { PackedMonth } from './packed-month.ts'

const TRIGGER = 'note_packing_change'

/**
 * From here on the ids of rows that change are noted, so that the copy can be brought up to date. Waits for those who
 * are writing into the month, so that nothing is left which began before and is not noted.
 */
export async function noteChanges(client: ClientBase, month: PackedMonth): Promise<void> {
  await client.query(`
    create trigger ${TRIGGER} after insert or update or delete on ${month.table}
    for each row execute function public.note_packing_change()
  `)
}

/** What notes changes, and what was noted. */
export async function forgetChanges(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ table: string }>(
    `select relname as table from pg_trigger join pg_class on pg_class.oid = tgrelid where tgname = $1`,
    [TRIGGER],
  )
  for (const { table } of rows) {
    await client.query(`drop trigger ${TRIGGER} on public.${escapeIdentifier(table)}`)
  }
  await client.query('truncate public.packing_changes')
}

export async function countChanges(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ changes: string }>(
    'select count(*) as changes from public.packing_changes',
  )
  return Number(rows[0]!.changes)
}

/**
 * Brings the copy up to date with what has been noted. Within a transaction of one snapshot (REPEATABLE READ): what is
 * noted later stays for the next time.
 */
export async function applyChanges(
  client: ClientBase,
  month: PackedMonth,
  copyRows: CopyRows,
): Promise<void> {
  const isNoted = 'id in (select id from public.packing_changes)'
  await client.query(`delete from ${month.copy} where ${isNoted}`)
  await copyRows(`and ${isNoted}`)
  await client.query('delete from public.packing_changes')
}
