import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { TimeWindow } from '../partitions/time-window.ts'

/**
 * The ids of the messages whose parent is that, for a statement of its own. `offset 0` keeps Postgres from reading the
 * whole chat instead of what the index has under each parent.
 */
export function childrenOf(
  parent: RawBuilder<unknown>,
  place: { userId: string; chatId: string; made: TimeWindow },
): RawBuilder<unknown> {
  return sql`
    select id from chat_history
    where user_id = ${place.userId}::uuid and session_id = ${place.chatId}::uuid and ${parent}
      and created_at between ${place.made.from}::timestamptz and ${place.made.until}::timestamptz
    offset 0
  `
}
