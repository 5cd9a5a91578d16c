import { escapeIdentifier } from 'pg'
import { firstDayOf } from '../partitions/attached-months.ts'

/** Messages are what is read by the page; everything else is read by the row. */
export const PACKED_PARENT = 'chat_history'

/** A month of it, in the words of SQL. */
export interface PackedMonth {
  readonly name: string
  /** The partition. */
  readonly table: string
  /** What will take its place. */
  readonly copy: string
  /** Where the old one goes then. */
  readonly oldName: string
  readonly from: string
  readonly until: string
}

/** Leftovers of a run that did not come to its end are known by these. */
export const COPY_SUFFIX = '_packing'
export const OLD_SUFFIX = '_unpacked'

export function describeMonth(name: string): PackedMonth {
  const first = new Date(firstDayOf(name))
  const next = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1))
  const [from, until] = [first, next].map(
    (day) => `'${day.toISOString().slice(0, 10)} 00:00:00+00'`,
  )
  return {
    name,
    table: `public.${escapeIdentifier(name)}`,
    copy: `public.${escapeIdentifier(`${name}${COPY_SUFFIX}`)}`,
    oldName: `${name}${OLD_SUFFIX}`,
    from: from!,
    until: until!,
  }
}
