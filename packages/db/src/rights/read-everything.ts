import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { MESSAGE_COLUMNS } from '../chats/message-columns.ts'
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

/** How the user signs in: what there is of it besides secrets. */
export interface ReadAccount {
  /** Whether a code is asked for after the password. */
  readonly asksForCodes: boolean
  /** `credential`: a password here. */
  readonly signInMethods: readonly { provider: string; subject: string; since: Date }[]
}

export async function readAccount(db: Kysely<Database>, userId: string): Promise<ReadAccount> {
  const own = asUser(db, userId)
  const methods = await sql<{ provider: string; subject: string; since: Date; codes: boolean }>`
    select a."providerId" as provider, a."accountId" as subject, a."createdAt" as since,
      coalesce(u."twoFactorEnabled", false) as codes
    from auth_identities i
    join auth."user" u on u."id" = i.auth_user_id
    join auth."account" a on a."userId" = u."id"
    where i.user_id = ${userId}
    order by a."createdAt", a."id"
  `.execute(own)
  return {
    asksForCodes: methods.rows.some(({ codes }) => codes),
    signInMethods: methods.rows.map(({ provider, subject, since }) => ({
      provider,
      subject,
      since,
    })),
  }
}
