import type { Kysely } from 'kysely'
import { MESSAGE_COLUMNS } from '../chats/message.repository.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { AttemptRow } from '../tables/attempts.ts'
import type { MessageRow } from '../tables/chats.ts'
import type { Database } from '../tables/database.ts'

/** The place after a row in order of time; both values of the last row read. */
export interface TimeCursor {
  readonly createdAt: Date
  readonly id: string
}

/** A chat's messages in order of time, whatever branch they are of. Of the same cost on each page. */
export async function readMessagePage(
  db: Kysely<Database>,
  page: { userId: string; chatId: string; limit: number; after?: TimeCursor },
): Promise<MessageRow[]> {
  const { userId, chatId, limit, after } = page
  return asUser(db, userId)
    .selectFrom('chatHistory')
    .select(MESSAGE_COLUMNS)
    .where('userId', '=', userId)
    .where('sessionId', '=', chatId)
    .$if(after !== undefined, (query) =>
      query
        // Alone the tuple would prune no partition.
        .where('createdAt', '>=', after!.createdAt)
        .where((eb) =>
          eb(eb.refTuple('createdAt', 'id'), '>', eb.tuple(after!.createdAt, after!.id)),
        ),
    )
    .orderBy('createdAt')
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** The user's ledger in order of time. */
export async function readAttemptPage(
  db: Kysely<Database>,
  page: { userId: string; limit: number; after?: TimeCursor },
): Promise<AttemptRow[]> {
  const { userId, limit, after } = page
  return asUser(db, userId)
    .selectFrom('attempts')
    .selectAll()
    .where('userId', '=', userId)
    .$if(after !== undefined, (query) =>
      query
        .where('createdAt', '>=', after!.createdAt)
        .where((eb) =>
          eb(eb.refTuple('createdAt', 'id'), '>', eb.tuple(after!.createdAt, after!.id)),
        ),
    )
    .orderBy('createdAt')
    .orderBy('id')
    .limit(limit)
    .execute()
}
