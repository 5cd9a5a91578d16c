import { EVERY_VERSION, addRevocations, listRevocations } from '@brainlyx/db'
import type { Database, Pseudonymizer, Revocation } from '@brainlyx/db'
import type { Logger, Metrics } from '@brainlyx/service-kit'
import type { Hints } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely, Transaction } from 'kysely'
import { Counter, Gauge } from 'prom-client'
import { ACCESS_TOKEN_LIFETIME_MS } from './access-token-lifetime.ts'

/** Published once a revocation is committed, so that no replica need wait for its next poll. */
const HINT_CHANNEL = 'revocation-hint'
const POLL_MS = 2_000
/** What was promised: within it a revocation is known everywhere. */
const STALE_AFTER_MS = 5_000
/** A token may be valid for so long, by a clock that is behind. */
const REVOCATION_LIFETIME_MS = ACCESS_TOKEN_LIFETIME_MS + 5 * 60_000

/** Who can lose what a token gave: a user by one of their sign-ins, or by one of their API keys. */
export interface Holder {
  readonly userId: string
  /** `auth.session.id`, or the API key's. */
  readonly signInId: string
  /** `users.tokenVersion` when the token was made. */
  readonly tokenVersion: number
}

/** What is to be cut, by the ids of those whom it concerns. */
export type Cut =
  /** A sign-in or an API key, for good: tokens and streams. */
  | { readonly signInId: string }
  /**
   * All tokens of a user below a version; `streams` too, where the user may no longer see what they saw. Streams that an
   * administrator's rights opened always end with their token.
   */
  | { readonly userId: string; readonly tokensBelow: number; readonly streams: boolean }
  /** A user, for good. */
  | { readonly userId: string }

export interface Revocations {
  /** Whether the holder's token counts no more. Without a database call. */
  isRevoked(holder: Holder): boolean
  /**
   * Calls `end` once, as soon as the holder may no longer see what they were let in for; at once where that is so
   * already. For whatever goes on after its request was allowed: streams.
   * @param options.byRole let in as an administrator: any change of the role is the end
   * @returns what forgets it, to be called when the stream has ended by itself
   */
  watch(holder: Holder, end: () => void, options?: { byRole?: boolean }): () => void
  /** Writes into `transaction`; to be announced once that is committed. */
  record(transaction: Transaction<Database>, cuts: readonly Cut[]): Promise<void>
  /** For this replica at once, for the others by a hint. */
  announce(cuts: readonly Cut[]): Promise<void>
  /** Reads what is new; the poll does so every two seconds, and keeps what it knows while the database is away. */
  load(): Promise<void>
  /** Whether others' revocations may have been missed: the database could not be asked for five seconds. */
  isStale(): boolean
  /** Begins to poll and to listen. */
  start(): void
  close(): void
}

interface Known {
  tokensBelow: number
  streamsBelow: number
  expiresAtMs: number
}

interface Watched {
  readonly holder: Holder
  readonly byRole: boolean
  readonly end: () => void
}

/** @param options.db best with a connection of its own: a ban must not wait until the pool has a place */
export function createRevocations(options: {
  db: Kysely<Database>
  redis: Redis
  hints: Hints
  pseudonymOf: Pseudonymizer
  logger: Logger
  metrics: Metrics
}): Revocations {
  const { db, redis, hints, pseudonymOf, logger } = options
  const metrics = createRevocationMetrics(options.metrics)
  const known = new Map<string, Known>()
  /** By subject: the user's, and the sign-in's. */
  const watched = new Map<string, Set<Watched>>()
  let newest: Date | null = null
  let loadedAtMs = performance.now()
  let wasStale = false
  let loading: Promise<void> | undefined
  let isLoadWanted = false

  const isStale = (): boolean => performance.now() - loadedAtMs > STALE_AFTER_MS

  function toRevocation(cut: Cut): Revocation {
    if ('signInId' in cut) return forGood(pseudonymOf(cut.signInId))
    if (!('tokensBelow' in cut)) return forGood(pseudonymOf(cut.userId))
    const { tokensBelow, streams } = cut
    return {
      subject: pseudonymOf(cut.userId),
      tokensBelow,
      streamsBelow: streams ? tokensBelow : 0,
    }
  }

  /** What a replica has heard of stays heard of, in whatever order it comes. */
  function learn({ subject, tokensBelow, streamsBelow }: Revocation, expiresAtMs: number): void {
    const before = known.get(subject)
    const now: Known = {
      tokensBelow: Math.max(tokensBelow, before?.tokensBelow ?? 0),
      streamsBelow: Math.max(streamsBelow, before?.streamsBelow ?? 0),
      expiresAtMs: Math.max(expiresAtMs, before?.expiresAtMs ?? 0),
    }
    known.set(subject, now)
    const isNews =
      now.tokensBelow !== before?.tokensBelow || now.streamsBelow !== before.streamsBelow
    if (!isNews) return
    for (const one of watched.get(subject) ?? []) {
      if (mustEnd(one, now)) one.end()
    }
  }

  async function read(): Promise<void> {
    const rows = await listRevocations(db, newest)
    for (const row of rows) {
      learn(row, row.expiresAt.getTime())
      if (newest === null || row.revokedAt > newest) newest = row.revokedAt
    }
    const nowMs = Date.now()
    for (const [subject, { expiresAtMs }] of known) {
      if (expiresAtMs < nowMs) known.delete(subject)
    }
    metrics.known.set(known.size)
    loadedAtMs = performance.now()
    if (wasStale) logger.info('revocations are read again')
    wasStale = false
  }

  /** One after another; hints that come together lead to one reading, which begins after the last of them. */
  async function load(): Promise<void> {
    isLoadWanted = true
    loading ??= (async () => {
      try {
        while (isLoadWanted) {
          isLoadWanted = false
          await read()
        }
      } finally {
        loading = undefined
      }
    })()
    return loading
  }

  function reload(): void {
    load().catch((error: unknown) => {
      metrics.failures.inc()
      if (wasStale || !isStale()) return
      wasStale = true
      logger.error({ err: error }, 'revocations could not be read for five seconds')
    })
  }

  let poll: NodeJS.Timeout | undefined
  let stopListening = (): void => {}

  function subjectsOf(holder: Holder): [user: string, signIn: string] {
    return [pseudonymOf(holder.userId), pseudonymOf(holder.signInId)]
  }

  return {
    isRevoked(holder) {
      if (known.size === 0) return false
      return subjectsOf(holder).some(
        (subject) => holder.tokenVersion < (known.get(subject)?.tokensBelow ?? 0),
      )
    },

    watch(holder, end, { byRole = false } = {}) {
      const subjects = subjectsOf(holder)
      const forget = (): void => {
        for (const subject of subjects) {
          const others = watched.get(subject)
          if (others?.delete(one) === true && others.size === 0) watched.delete(subject)
        }
      }
      const one: Watched = {
        holder,
        byRole,
        end() {
          forget()
          metrics.streamsEnded.inc()
          end()
        },
      }
      for (const subject of subjects) {
        const others = watched.get(subject)
        if (others === undefined) watched.set(subject, new Set([one]))
        else others.add(one)
      }
      const before = subjects.map((subject) => known.get(subject))
      if (before.some((revocation) => revocation !== undefined && mustEnd(one, revocation))) {
        one.end()
      }
      return forget
    },

    record: (transaction, cuts) =>
      addRevocations(transaction, cuts.map(toRevocation), REVOCATION_LIFETIME_MS),

    async announce(cuts) {
      const expiresAtMs = Date.now() + REVOCATION_LIFETIME_MS
      for (const cut of cuts) learn(toRevocation(cut), expiresAtMs)
      await redis.publish(HINT_CHANNEL, '').catch(() => 0)
    },

    load,
    isStale,

    start() {
      poll = setInterval(reload, POLL_MS)
      poll.unref()
      stopListening = hints.listen(HINT_CHANNEL, reload)
    },

    close() {
      clearInterval(poll)
      stopListening()
    },
  }
}

function forGood(subject: string): Revocation {
  return { subject, tokensBelow: EVERY_VERSION, streamsBelow: EVERY_VERSION }
}

function mustEnd({ holder, byRole }: Watched, { tokensBelow, streamsBelow }: Known): boolean {
  return holder.tokenVersion < (byRole ? Math.max(tokensBelow, streamsBelow) : streamsBelow)
}

function createRevocationMetrics({ registry }: Metrics) {
  const registers = [registry]
  return {
    known: new Gauge({
      name: 'revocations_known',
      help: 'Users and sign-ins whose tokens count no more',
      registers,
    }),
    failures: new Counter({
      name: 'revocation_reads_failed_total',
      help: 'Readings of the revocations that failed',
      registers,
    }),
    streamsEnded: new Counter({
      name: 'revoked_streams_total',
      help: 'Streams that were ended since their reader may no longer see them',
      registers,
    }),
  }
}
