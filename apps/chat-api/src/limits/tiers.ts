import { listTiers } from '@brainlyx/db'
import type { Database, TierRow } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import type { Hints } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import { createPolled } from './polled.ts'

/** Published once a change of a tier is committed, so that no replica need wait for its next poll. */
const HINT_CHANNEL = 'tiers-hint'
const POLL_MS = 2_000

/** Of who is not signed in, too. */
export const GUESTS_TIER = 'guest'
const MEMBERS_TIER = 'free'

export interface Tiers {
  /** A tier by its name, as it is now; without a database call. A name that is gone is the members' first tier. */
  of(name: string): TierRow
  /** For this replica at once, for the others by a hint. */
  announce(): Promise<void>
  /** Before anything is served. */
  load(): Promise<void>
  close(): void
}

/** The table of tiers, at most two seconds old on every replica whether Redis is up or down. */
export function createTiers(options: {
  db: Kysely<Database>
  redis: Redis
  hints: Hints
  logger: Logger
}): Tiers {
  const { db, redis, hints, logger } = options
  const table = createPolled({
    read: async () => new Map((await listTiers(db)).map((tier) => [tier.name, tier])),
    initial: new Map<string, TierRow>(),
    everyMs: POLL_MS,
    what: 'the tiers',
    logger,
  })
  const stopListening = hints.listen(HINT_CHANNEL, table.reload)
  return {
    of(name) {
      const tier = table.current.get(name) ?? table.current.get(MEMBERS_TIER)
      if (tier === undefined) throw new Error('the tiers have not been read')
      return tier
    },
    async announce() {
      await table.load()
      await redis.publish(HINT_CHANNEL, '').catch(() => 0)
    },
    load: () => table.load(),
    close() {
      table.close()
      stopListening()
    },
  }
}
