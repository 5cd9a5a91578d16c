import { listRevocations } from '@brainlyx/db'
import type { Database, Pseudonymizer } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import type { Hints } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'

/** Published once a revocation is committed, so that no replica need wait for its next poll. */
const HINT_CHANNEL = 'revocation-hint'
const POLL_MS = 2_000

export interface Revocations {
  /** Whether the access tokens of this user count no more. Without a database call. */
  isRevoked(userId: string): boolean
  /** For this replica at once, for the others by a hint; the row in the database is the caller's. */
  announce(userId: string): Promise<void>
  /** Reads the database's; the poll does so every two seconds, and keeps what it knows while the database is away. */
  load(): Promise<void>
  close(): void
}

export function createRevocations(options: {
  db: Kysely<Database>
  redis: Redis
  hints: Hints
  pseudonymOf: Pseudonymizer
  logger: Logger
}): Revocations {
  const { db, redis, hints, pseudonymOf, logger } = options
  let revoked: ReadonlySet<string> = new Set()
  // Announced here, and perhaps not in what a read finds that began before.
  const announced = new Set<string>()

  async function load(): Promise<void> {
    const before = [...announced]
    revoked = new Set(await listRevocations(db))
    for (const subject of before) announced.delete(subject)
  }
  function reload(): void {
    load().catch((error: unknown) => logger.warn({ err: error }, 'could not read revocations'))
  }
  const poll = setInterval(reload, POLL_MS)
  poll.unref()
  const stopListening = hints.listen(HINT_CHANNEL, reload)

  return {
    isRevoked(userId) {
      if (revoked.size === 0 && announced.size === 0) return false
      const subject = pseudonymOf(userId)
      return revoked.has(subject) || announced.has(subject)
    },
    async announce(userId) {
      announced.add(pseudonymOf(userId))
      await redis.publish(HINT_CHANNEL, '').catch(() => 0)
    },
    load,
    close() {
      clearInterval(poll)
      stopListening()
    },
  }
}
