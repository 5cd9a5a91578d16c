import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import type { StandingReason } from '../tables/users.ts'

/** What decides what a user may use. */
export interface LimitStanding {
  readonly tier: string
  /** Per cent of the tier's limits. */
  readonly standing: number
  readonly standingReason: StandingReason
  readonly standingChangedAt: Date
  readonly standingReviewedAt: Date
}

/** What lowers a standing. */
export type Abuse = Extract<
  StandingReason,
  'too-many-requests' | 'failed-sign-ins' | 'refused-content'
>

export const STANDING_LIMITS = { least: 25, normal: 100, most: 200 } as const
/** A day without abuse gives back a quarter of what is normal. */
const RECOVERY_STEP = 25
/** A day on which something was answered; twenty of them double what a member may. */
const GOOD_DAY_STEP = 5
const DAY_MS = 24 * 60 * 60 * 1000
/** How far back a review looks, at most. */
const LOOK_BACK_MS = 31 * DAY_MS
/** The same misbehaviour counts once in this time. */
const ONCE_IN_MS = 10 * 60 * 1000

const COLUMNS = [
  'tier',
  'standing',
  'standingReason',
  'standingChangedAt',
  'standingReviewedAt',
] as const

export async function findStanding(
  db: Kysely<Database>,
  userId: string,
): Promise<LimitStanding | undefined> {
  return asUser(db, userId)
    .selectFrom('users')
    .select(COLUMNS)
    .where('id', '=', userId)
    .executeTakeFirst()
}

/**
 * Counts the days since the last review: below the normal each clean one helps, above it those on which the user had an
 * answer; a guest, whom anybody can be anew, does not rise above it. Two at once count once.
 * @returns undefined where a day has not passed yet
 */
export async function reviewStanding(
  db: Kysely<Database>,
  review: { userId: string; reviewedAt: Date; now: Date },
): Promise<LimitStanding | undefined> {
  const { userId, reviewedAt, now } = review
  const days = Math.floor((now.getTime() - reviewedAt.getTime()) / DAY_MS)
  if (days < 1) return undefined
  const { normal, most } = STANDING_LIMITS
  const from = new Date(Math.max(reviewedAt.getTime(), now.getTime() - LOOK_BACK_MS))
  const own = asUser(db, userId)
  const answered = await own
    .selectFrom('attempts')
    .select('id')
    .where('userId', '=', userId)
    .where('createdAt', '>=', from)
    .where('createdAt', '<=', now)
    .where('state', '=', 'completed')
    .limit(1)
    .executeTakeFirst()
  const rises = sql<boolean>`(standing < ${normal} or (kind = 'member' and standing < ${most} and ${answered !== undefined}::boolean))`
  return own
    .updateTable('users')
    .set({
      standing: sql<number>`case
        when standing < ${normal} then least(${normal}, standing + ${RECOVERY_STEP * days})
        when ${rises} then least(${most}, standing + ${GOOD_DAY_STEP})
        else standing
      end`,
      standingReason: sql<StandingReason>`case
        when standing < ${normal} then 'recovering'
        when ${rises} then 'good-days'
        else standing_reason
      end`,
      standingChangedAt: sql<Date>`case when ${rises} then ${now}::timestamptz else standing_changed_at end`,
      standingReviewedAt: now,
    })
    .where('id', '=', userId)
    .where('standingReviewedAt', '<', new Date(now.getTime() - DAY_MS + 1))
    .returning(COLUMNS)
    .executeTakeFirst()
}

/** Halves it, down to a quarter. @returns whether it did: the same again within ten minutes changes nothing */
export async function lowerStanding(
  db: Kysely<Database>,
  abuse: { userId: string; reason: Abuse; now: Date },
): Promise<boolean> {
  const { userId, reason, now } = abuse
  const { numUpdatedRows } = await asUser(db, userId)
    .updateTable('users')
    .set({
      standing: sql<number>`greatest(${STANDING_LIMITS.least}, standing / 2)`,
      standingReason: reason,
      standingChangedAt: now,
      standingReviewedAt: now,
    })
    .where('id', '=', userId)
    .where((eb) =>
      eb.or([
        eb('standingReason', '<>', reason),
        eb('standingChangedAt', '<', new Date(now.getTime() - ONCE_IN_MS)),
      ]),
    )
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
