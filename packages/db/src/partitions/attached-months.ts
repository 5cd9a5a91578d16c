import type { ClientBase } from 'pg'

export interface Month {
  readonly parent: string
  readonly name: string
}

/** A partition of one month, as `ensure_month_partitions` makes them. */
export interface AttachedMonth extends Month {
  /** Being detached, for everybody but who uses it already. */
  readonly pending: boolean
}

/** The partitions of months before the one of `before`, oldest first; those that are being detached, of any, before. */
export async function attachedMonths(client: ClientBase, before: Date): Promise<AttachedMonth[]> {
  const { rows } = await client.query<AttachedMonth>(`
    select parent.relname as parent, child.relname as name, i.inhdetachpending as pending
    from pg_inherits i
    join pg_class parent on parent.oid = i.inhparent and parent.relkind = 'p'
    join pg_class child on child.oid = i.inhrelid
    where parent.relnamespace = 'public'::regnamespace and child.relname ~ '_y\\d{4}m\\d{2}$'
    order by i.inhdetachpending desc, child.relname
  `)
  const month = before.toISOString().slice(0, 7)
  return rows.filter((row) => row.pending || firstDayOf(row.name).slice(0, 7) < month)
}

/** Of a partition's month, such as `2026-11-01`. */
export function firstDayOf(name: string): string {
  const [, year, month] = /_y(\d{4})m(\d{2})$/.exec(name)!
  return `${year}-${month}-01`
}
