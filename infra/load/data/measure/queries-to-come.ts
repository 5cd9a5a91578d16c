import { asUser } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { Kysely } from 'kysely'

const MONTH_MS = 31 * 86_400_000

/** What the index on a user's messages is for; no page shows it yet. */
export async function listLatestMessages(
  db: Kysely<Database>,
  { userId, limit }: { userId: string; limit: number },
): Promise<unknown> {
  return asUser(db, userId)
    .selectFrom('chatHistory')
    .select(['id', 'sessionId', 'role', 'parts', 'model'])
    .where('userId', '=', userId)
    .where('createdAt', '<=', new Date())
    .orderBy('createdAt', 'desc')
    .limit(limit)
    .execute()
}

/** What a user's last month cost, by model, as a budget or a bill asks. */
export async function sumUsage(
  db: Kysely<Database>,
  { userId }: { userId: string },
): Promise<unknown> {
  return asUser(db, userId)
    .selectFrom('attempts')
    .select((eb) => ['model', eb.fn.sum('costPicoUsd').as('costPicoUsd')])
    .where('userId', '=', userId)
    .where('createdAt', '>=', new Date(Date.now() - MONTH_MS))
    .where('createdAt', '<=', new Date())
    .groupBy('model')
    .execute()
}
