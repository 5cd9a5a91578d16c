import { z } from 'zod'

/** The names of the limits, as problems and `GET /me/limits` call them. */
export const LimitName = z.enum([
  /** Requests, in a bucket that fills by itself. */
  'requests',
  /** The same again for what is critical: following, stopping, sending a message once more. */
  'critical-requests',
  /** Messages of a day. */
  'messages',
  /** Tokens of a day, read and written. */
  'tokens',
  /** Answers that are written at once. */
  'answers',
  /** Connections that follow an answer at once. */
  'readers',
])
export type LimitName = z.infer<typeof LimitName>

export const LimitUse = z.object({
  name: LimitName,
  /** Null: no limit. */
  limit: z.int().nonnegative().nullable(),
  used: z.int().nonnegative(),
  remaining: z.int().nonnegative().nullable(),
  /** When nothing is used any more; null where nothing is, or nobody knows. */
  resetsAt: z.string().nullable(),
  /** A bucket's: how many come back in a minute. */
  perMinute: z.number().nullable(),
})
export type LimitUse = z.infer<typeof LimitUse>

export const StandingReason = z.enum([
  'new',
  'good-days',
  'recovering',
  'too-many-requests',
  'failed-sign-ins',
  'refused-content',
])
export type StandingReason = z.infer<typeof StandingReason>

export const Standing = z.object({
  /** How much of the tier's requests, messages, tokens and answers at once there is: 25 to 200. */
  percent: z.int().min(25).max(200),
  reason: StandingReason,
  since: z.string(),
})
export type Standing = z.infer<typeof Standing>

/** `GET /me/limits` */
export const Limits = z.object({
  tier: z.string(),
  standing: Standing,
  limits: z.array(LimitUse),
  /** Who is not known by an account shares these limits with all guests at the same address. */
  sharedAddress: z.boolean(),
  /** The service that counts is away: each server counts for itself, and the numbers are its own. */
  approximate: z.boolean(),
  /** Null: all. */
  models: z.array(z.string()).nullable(),
  uploadBytes: z.int().positive(),
  /** Days without activity after which a chat is deleted; null: never. */
  chatIdleDays: z.int().positive().nullable(),
})
export type Limits = z.infer<typeof Limits>

const Count = z.int().positive().max(1_000_000_000)
const Bytes = z
  .int()
  .positive()
  .max(512 * 1024 * 1024)
/** 10⁻¹² dollars, as digits. */
const PicoUsd = z.string().regex(/^\d{1,18}$/, 'digits only')

export const TierName = z
  .string()
  .max(40)
  .regex(/^[a-z]+(-[a-z]+)*$/, 'small letters and single dashes only')

const tierLimits = {
  requestsPerMinute: Count,
  /** How many requests may come at once. */
  requestBurst: Count,
  /** Answers that are written at once. */
  concurrentStreams: Count.max(10_000),
  /** Null: no limit. The same for the rest that may be null. */
  messagesPerDay: Count.nullable(),
  tokensPerDay: z.int().positive().nullable(),
  /** Ids of `GET /models`. `auto` and other choices of models are among them only where they are named. */
  models: z.array(z.string().trim().min(1).max(200)).min(1).max(200).nullable(),
  uploadBytes: Bytes,
  chatIdleDays: Count.max(36_500).nullable(),
  /** 9 is turned away last under pressure, and its jobs are done first. */
  priority: z.int().min(0).max(9),
  monthlyBudgetPicoUsd: PicoUsd.nullable(),
}

export const TierInput = z.object(tierLimits)
export type TierInput = z.infer<typeof TierInput>

export const Tier = z.object({ name: TierName, ...tierLimits })
export type Tier = z.infer<typeof Tier>

export const TierList = z.object({ tiers: z.array(Tier) })
export type TierList = z.infer<typeof TierList>
