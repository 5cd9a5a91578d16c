import type { Announcement } from '@brainlyx/chat-contract'
import { findUser, listComingAnnouncements } from '@brainlyx/db'
import type { AnnouncementRow, Database } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import type { Hints } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import type { Principal } from '../http/principal.ts'

const HINT_CHANNEL = 'announcement-hint'
/** Pages ask every 20 s, so that a lost hint still leaves them within 30. */
const POLL_MS = 5_000
const SEVERITIES = ['outage', 'warning', 'info']

export interface CurrentAnnouncements {
  /** Without a database call, but where something is told to one tier alone. */
  of(principal: Principal | null): Promise<Announcement[]>
  /** Something was changed here: known at once in this replica, by a hint in the others. */
  refresh(): Promise<void>
  /** Keeps what it knows where the database is away. */
  load(): Promise<void>
  close(): void
}

/** What is told at the moment, in memory: every open page asks for it again and again. */
export function createCurrentAnnouncements(options: {
  db: Kysely<Database>
  redis: Redis
  hints: Hints
  logger: Logger
  nowMs: () => number
}): CurrentAnnouncements {
  const { db, redis, hints, logger, nowMs } = options
  let coming: readonly AnnouncementRow[] = []

  async function load(): Promise<void> {
    const rows = await listComingAnnouncements(db)
    coming = rows.toSorted(
      (one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity),
    )
  }
  function reload(): void {
    load().catch((error: unknown) => logger.warn({ err: error }, 'could not read announcements'))
  }
  const poll = setInterval(reload, POLL_MS)
  poll.unref()
  const stopListening = hints.listen(HINT_CHANNEL, reload)

  return {
    async of(principal) {
      const now = nowMs()
      const told = coming.filter(
        ({ startsAt, endsAt, audience }) =>
          startsAt.getTime() <= now &&
          (endsAt === null || endsAt.getTime() > now) &&
          (audience === 'all' || principal !== null) &&
          (audience !== 'members' || principal?.kind === 'member'),
      )
      const asksTier = principal !== null && told.some(({ audience }) => audience === 'tier')
      const tier = asksTier ? (await findUser(db, principal.userId))?.tier : undefined
      return told
        .filter((row) => row.audience !== 'tier' || row.tier === tier)
        .map(({ id, text, severity, revision }) => ({ id, text, severity, revision }))
    },
    async refresh() {
      await load()
      await redis.publish(HINT_CHANNEL, '').catch(() => 0)
    },
    load,
    close() {
      clearInterval(poll)
      stopListening()
    },
  }
}
