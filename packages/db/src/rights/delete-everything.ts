import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { isPostgresError } from '../connection/postgres-error.ts'
import { asSystem, asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'

/** How many rows go in one statement: none of them holds its locks for long. */
const BATCH = 2_000

/** The user's chats that are there to be deleted: the ids of the first `limit`, oldest first. */
export async function listChatIds(
  db: Kysely<Database>,
  page: { userId: string; limit: number; after?: string; createdBefore?: Date },
): Promise<string[]> {
  const { userId, limit, after, createdBefore } = page
  const rows = await asUser(db, userId)
    .selectFrom('chatSessions')
    .select('id')
    .where('userId', '=', userId)
    .$if(after !== undefined, (query) => query.where('id', '>', after!))
    .$if(createdBefore !== undefined, (query) => query.where('createdAt', '<=', createdBefore!))
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

export async function countChats(
  db: Kysely<Database>,
  chats: { userId: string; createdBefore?: Date },
): Promise<number> {
  const { count } = await asUser(db, chats.userId)
    .selectFrom('chatSessions')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('userId', '=', chats.userId)
    .$if(chats.createdBefore !== undefined, (query) =>
      query.where('createdAt', '<=', chats.createdBefore!),
    )
    .executeTakeFirstOrThrow()
  return count
}

/** A chat's messages, in batches. @returns how many */
export async function deleteMessages(
  db: Kysely<Database>,
  messages: { userId: string; chatId: string },
): Promise<number> {
  const { userId, chatId } = messages
  return inBatches(
    () => sql`
      delete from chat_history
      where user_id = ${userId}::uuid and session_id = ${chatId}::uuid and (id, created_at) in (
        select id, created_at from chat_history
        where user_id = ${userId}::uuid and session_id = ${chatId}::uuid
        limit ${BATCH}
      )
    `,
    asUser(db, userId),
  )
}

/** Messages and turns of chats that are no more: what a process left that died while it deleted them. */
export async function deleteLeftovers(
  db: Kysely<Database>,
  { userId }: { userId: string },
): Promise<number> {
  let count = 0
  for (const table of ['chat_history', 'turns']) {
    count += await inBatches(
      () => sql`
        delete from ${sql.table(table)}
        where user_id = ${userId}::uuid and (id, created_at) in (
          select id, created_at from ${sql.table(table)} as leftover
          where user_id = ${userId}::uuid and not exists (
            select from chat_sessions
            where chat_sessions.id = leftover.session_id and chat_sessions.user_id = leftover.user_id
          )
          limit ${BATCH}
        )
      `,
      asUser(db, userId),
    )
  }
  return count
}

/** Forgets the user's exports and imports, and those on their way end by finding nothing. @returns their files */
export async function deleteExports(
  db: Kysely<Database>,
  { userId }: { userId: string },
): Promise<string[]> {
  const rows = await asUser(db, userId)
    .deleteFrom('dataRequests')
    .where('userId', '=', userId)
    .where('kind', 'in', ['export', 'import'])
    .returning('file')
    .execute()
  return rows.map((row) => row.file).filter((file) => file !== null)
}

/** The user's own id and those of the guests that were merged into it: jobs may still name either. A system query. */
export async function listOwnUserIds(
  db: Kysely<Database>,
  { userId }: { userId: string },
): Promise<string[]> {
  const rows = await asSystem(db, 'find-merged-guests')
    .selectFrom('users')
    .select('id')
    .where((eb) => eb.or([eb('id', '=', userId), eb('mergedInto', '=', userId)]))
    .execute()
  return rows.map((row) => row.id)
}

/** Messages to jobs, delivered or not, that name one of `userIds`. Waits for those that are just being delivered. */
export async function deleteOutboxOf(
  db: Kysely<Database>,
  { userIds }: { userIds: readonly string[] },
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from outbox where payload ->> 'userId' = any(${[...userIds]}::text[])
  `.execute(db)
  return Number(numAffectedRows ?? 0n)
}

/**
 * The ledger keeps what the installation has spent, and no longer for whom: from now on its rows belong to nobody. A
 * system query: as the user they may not be given away.
 * @returns how many
 */
export async function disownAttempts(
  db: Kysely<Database>,
  { userId }: { userId: string },
): Promise<number> {
  const nobody = randomUUID()
  return inBatches(
    () => sql`
      update attempts set
        user_id = ${nobody}::uuid, turn_id = gen_random_uuid(),
        api_key_id = case when api_key_id is null then null else gen_random_uuid() end, raw_finish = null, error = null,
        state = case state when 'announced' then 'aborted' else state end,
        settled_at = coalesce(settled_at, now())
      where user_id = ${userId}::uuid and (id, created_at) in (
        select id, created_at from attempts where user_id = ${userId}::uuid limit ${BATCH}
      )
    `,
    asSystem(db, 'disown-attempts'),
  )
}

/**
 * The last step of deleting an account: whatever came meanwhile, and the user itself with the guests that were merged
 * into it. The request stays for a while and no longer tells whose it was.
 * @returns false, and nothing changed, where chats are left
 */
export async function forgetUser(
  transaction: Transaction<Database>,
  account: { userId: string; requestId: string; keepMs: number },
): Promise<boolean> {
  const { userId, requestId, keepMs } = account
  const own = asUser(transaction, userId)
  const system = asSystem(transaction, 'forget-user')
  // Whoever writes for the user takes this lock: they come before us, or find nobody.
  await own.selectFrom('users').select('id').where('id', '=', userId).forUpdate().execute()
  const chat = await own
    .selectFrom('chatSessions')
    .select('id')
    .where('userId', '=', userId)
    .limit(1)
    .executeTakeFirst()
  if (chat !== undefined) return false
  await disownAttempts(transaction, { userId })
  // The installation's own sum stays what it is.
  for (const table of ['budgets', 'usageDays', 'userBudgets'] as const) {
    await own.deleteFrom(table).where('userId', '=', userId).execute()
  }
  await system
    .updateTable('dataRequests')
    .set({
      userId: null,
      state: 'completed',
      total: sql<number>`done`,
      endedAt: sql<Date>`now()`,
      updatedAt: sql<Date>`now()`,
      expiresAt: sql<Date>`now() + make_interval(secs => ${keepMs / 1000})`,
    })
    .where('id', '=', requestId)
    .where('userId', '=', userId)
    .execute()
  await own.deleteFrom('dataRequests').where('userId', '=', userId).execute()
  await own.deleteFrom('apiCalls').where('userId', '=', userId).execute()
  await own.deleteFrom('apiKeys').where('userId', '=', userId).execute()
  await system.deleteFrom('users').where('mergedInto', '=', userId).execute()
  await own.deleteFrom('users').where('id', '=', userId).execute()
  return true
}

/** Whether a user could not be deleted since something began for it at the same moment. */
export function isStillReferenced(error: unknown): boolean {
  return isPostgresError(error) && error.code === '23503'
}

async function inBatches(
  statement: () => ReturnType<typeof sql>,
  db: Kysely<Database>,
): Promise<number> {
  let count = 0
  let last: number
  do {
    last = Number((await statement().execute(db)).numAffectedRows ?? 0n)
    count += last
  } while (last === BATCH)
  return count
}
