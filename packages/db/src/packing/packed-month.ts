import { escapeIdentifier } from 'pg'
import type { ClientBase } from 'pg'
import { firstDayOf } from '../partitions/attached-months.ts'

/** Messages are what is read by the page; everything else is read by the row. */
export const PACKED_PARENT = 'chat_history'

/** A month of it, in the words of SQL. */
export interface PackedMonth {
  readonly name: string
  /** The partition. */
  readonly table: string
  /** What will take its place, and where the old one goes then. */
  readonly copy: string
  readonly copyName: string
  readonly old: string
  readonly oldName: string
  /** Those that are stored and not computed. */
  readonly columns: string
  /** A query of these columns of all rows of the month, which ends in a condition. Policies bind those who ask a partition itself. */
  readonly rows: string
  readonly from: string
  readonly until: string
}

/** Leftovers of a run that did not come to its end are known by these. */
export const COPY_SUFFIX = '_packing'
export const OLD_SUFFIX = '_unpacked'

export async function describeMonth(client: ClientBase, name: string): Promise<PackedMonth> {
  const { rows } = await client.query<{ columns: string; until: string }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as columns,
      ($2::date + interval '1 month')::date::text as until
    from pg_attribute
    where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [`public.${PACKED_PARENT}`, firstDayOf(name)],
  )
  const { columns, until: nextDay } = rows[0]!
  const [from, until] = [firstDayOf(name), nextDay].map((day) => `'${day} 00:00:00+00'`)
  const [copyName, oldName] = [`${name}${COPY_SUFFIX}`, `${name}${OLD_SUFFIX}`]
  return {
    name,
    copyName,
    oldName,
    table: `public.${escapeIdentifier(name)}`,
    copy: `public.${escapeIdentifier(copyName)}`,
    old: `public.${escapeIdentifier(oldName)}`,
    columns,
    rows: `select ${columns} from public.${PACKED_PARENT} where created_at >= ${from} and created_at < ${until}`,
    from: from!,
    until: until!,
  }
}
