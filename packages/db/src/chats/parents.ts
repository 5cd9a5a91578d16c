import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { madeAfter } from '../partitions/time-window.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import { messageColumns } from './message-columns.ts'
import type { WayMessage } from './way.ts'

/**
 * From the message `messageId` towards the chat's beginning, newest first. Each step is one look-up by the primary key
 * in one partition, since an id tells its time; and it does not rely on replicas' clocks, which may make a child look
 * older than its parent. The time window changes nothing but the plan: without it, all months there are would be
 * planned for, which takes longer than reading one.
 */
export async function readParents(
  db: Kysely<Database>,
  way: { userId: string; chatId: string; messageId: string; limit: number },
): Promise<WayMessage[]> {
  const { userId, chatId, messageId, limit } = way
  const made = madeAfter(chatId, timestampOf(messageId))
  // The limit keeps all but the primary key out of the plan: by another index Postgres would read the whole chat anew
  // for each step, where it does not know better.
  const messageOf = (id: string): RawBuilder<unknown> => sql`
    select * from (
      select ${messageColumns}, forked from chat_history
      where id = ${sql.ref(id)} and created_at = uuid_v7_time(${sql.ref(id)})
        and created_at between ${made.from}::timestamptz and ${made.until}::timestamptz
      limit 1
    ) as message
    where user_id = ${userId}::uuid and session_id = ${chatId}::uuid
  `
  const { rows } = await sql<WayMessage & { depth?: number }>`
    with recursive way as (
      select message.*, 1 as depth
      from (select ${messageId}::uuid) as start (id)
      cross join lateral (${messageOf('start.id')}) as message
      union all
      select message.*, way.depth + 1
      from way cross join lateral (${messageOf('way.parent_id')}) as message
      where way.depth < ${limit}
    )
    select * from way order by depth
  `.execute(asUser(db, userId))
  for (const row of rows) delete row.depth
  return rows
}
