import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'

/** For tests and measurements of something else than limits: far more than they will ever ask for. */
export async function loosenTiers(db: Kysely<Database>): Promise<void> {
  await db
    .updateTable('tiers')
    .set({
      requestsPerMinute: 1_000_000_000,
      requestBurst: 1_000_000,
      concurrentStreams: 10_000,
      messagesPerDay: null,
      tokensPerDay: null,
      uploadBytes: 512n * 1024n * 1024n,
    })
    .execute()
}
