import { STANDING_LIMITS, findStanding, lowerStanding, reviewStanding } from '@brainlyx/db'
import type { Abuse, Database, Pseudonymizer, LimitStanding } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import { userSubject } from '@brainlyx/turn-engine'
import type { Hints } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import type { Principal } from '../http/principal.ts'
import type { LimitStore } from './store/limit-store.ts'
import { GUESTS_TIER } from './tiers.ts'

/** Published once a user's tier or standing has changed; the message is the user's id. */
const HINT_CHANNEL = 'standing-hint'
/** So long a change may stay unnoticed whose hint was lost. */
const FRESH_MS = 60_000
/** The same while there are no hints, since Redis is away. */
const FRESH_WITHOUT_HINTS_MS = 5_000
const REMEMBERED_LIMIT = 20_000

/** How often in how long something is still nobody's fault. */
const TOLERANCE: Readonly<Record<Abuse, { times: number; inMs: number }>> = {
  // Requests that are sent on against a 429, which says when to come back.
  'too-many-requests': { times: 100, inMs: 10 * 60_000 },
  // By somebody who is signed in; what strangers try on an account is not its owner's doing.
  'failed-sign-ins': { times: 20, inMs: 10 * 60_000 },
  // Answers that a provider's filter has refused.
  'refused-content': { times: 5, inMs: 24 * 60 * 60_000 },
}

export type Standing = Pick<
  LimitStanding,
  'tier' | 'standing' | 'standingReason' | 'standingChangedAt'
>

export interface Standings {
  /** A user's tier and standing; from memory, but for the first time in a minute. */
  of(principal: Pick<Principal, 'userId' | 'kind'>): Promise<Standing>
  /** Counts against a user what lowers their standing where it is repeated; never throws. */
  note(userId: string, abuse: Abuse): Promise<void>
  /** A user's tier or standing has changed: for this replica at once, for the others by a hint. */
  announce(userId: string): Promise<void>
  close(): void
}

export function createStandings(options: {
  db: Kysely<Database>
  redis: Redis
  hints: Hints
  store: LimitStore
  pseudonymOf: Pseudonymizer
  logger: Logger
  nowMs: () => number
}): Standings {
  const { db, redis, hints, store, pseudonymOf, logger, nowMs } = options
  const remembered = new Map<string, { standing: Standing; readAtMs: number }>()
  const reading = new Map<string, { answer?: Promise<Standing> }>()
  const forget = (userId: string): void => {
    remembered.delete(userId)
    reading.delete(userId)
  }
  const stopListening = hints.listen(HINT_CHANNEL, forget)

  async function announce(userId: string): Promise<void> {
    forget(userId)
    await redis.publish(HINT_CHANNEL, userId).catch(() => 0)
  }

  /** Looked at once a day, by whoever reads it first: who does not come need not be counted. */
  async function read(userId: string): Promise<Standing | undefined> {
    const found = await findStanding(db, userId)
    if (found === undefined) return undefined
    const now = new Date(nowMs())
    const review = { userId, reviewedAt: found.standingReviewedAt, now }
    return (await reviewStanding(db, review)) ?? found
  }

  function keep(userId: string, standing: Standing): Standing {
    if (remembered.size >= REMEMBERED_LIMIT) remembered.delete(remembered.keys().next().value!)
    remembered.set(userId, { standing, readAtMs: nowMs() })
    return standing
  }

  async function readOnce({ userId, kind }: Pick<Principal, 'userId' | 'kind'>): Promise<Standing> {
    const known = remembered.get(userId)
    const question: { answer?: Promise<Standing> } = {}
    reading.set(userId, question)
    question.answer = (async () => {
      try {
        const found = await read(userId)
        // Forgotten meanwhile: what was found may be older than the change.
        if (reading.get(userId) !== question) return found ?? standingOf(kind)
        return keep(userId, found ?? standingOf(kind))
      } catch (error) {
        logger.warn({ err: error }, 'could not read a standing')
        return keep(userId, known?.standing ?? standingOf(kind))
      } finally {
        if (reading.get(userId) === question) reading.delete(userId)
      }
    })()
    return question.answer
  }

  return {
    async of(principal) {
      const freshMs = redis.status === 'ready' ? FRESH_MS : FRESH_WITHOUT_HINTS_MS
      const known = remembered.get(principal.userId)
      if (known !== undefined && nowMs() - known.readAtMs < freshMs) return known.standing
      return reading.get(principal.userId)?.answer ?? readOnce(principal)
    },

    async note(userId, abuse) {
      const { times, inMs } = TOLERANCE[abuse]
      const period = Math.floor(nowMs() / inMs)
      const { refused } = await store.take({
        checks: [
          {
            kind: 'window',
            name: abuse,
            key: `limit:abuse:${abuse}:${userSubject(pseudonymOf, userId)}:${period}`,
            limit: times,
            cost: 1,
            endsAtMs: (period + 1) * inMs,
          },
        ],
      })
      if (refused === undefined) return
      try {
        const now = new Date(nowMs())
        if (!(await lowerStanding(db, { userId, reason: abuse, now }))) return
        logger.info({ userId, abuse }, 'a standing was lowered')
        await announce(userId)
      } catch (error) {
        logger.warn({ err: error }, 'could not lower a standing')
      }
    },

    announce,
    close: stopListening,
  }
}

/** Of whom nothing is known: the least that their kind may have. */
function standingOf(kind: Principal['kind']): Standing {
  return {
    tier: kind === 'guest' ? GUESTS_TIER : 'free',
    standing: STANDING_LIMITS.normal,
    standingReason: 'new',
    standingChangedAt: new Date(0),
  }
}
