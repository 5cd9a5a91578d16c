import { z } from 'zod'
import { Identifier, Timestamp } from './identifier.ts'
import { PicoUsd } from './money.ts'

/** In UTC. */
const Day = z.string().regex(/^\d{4}-\d\d-\d\d$/)
const AlertPercent = z.union([z.literal(50), z.literal(80), z.literal(100)])

/** What calls of one model on one day took. */
export const UsageDay = z.object({
  day: Day,
  model: z.string(),
  calls: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  costPicoUsd: PicoUsd,
})
export type UsageDay = z.infer<typeof UsageDay>

/** This month of the user. */
export const Usage = z.object({
  /** Its first day. */
  month: Day,
  /** When the budget is whole again. */
  renewsAt: Timestamp,
  /** null: no limit. */
  limitPicoUsd: PicoUsd.nullable(),
  spentPicoUsd: PicoUsd,
  /** Kept for answers that are being written; what they do not need comes back. */
  reservedPicoUsd: PicoUsd,
  /** The highest of these percentages that was reached; null: none. */
  alert: AlertPercent.nullable(),
  /** The newest day first. */
  days: z.array(UsageDay),
})
export type Usage = z.infer<typeof Usage>

const UserBudget = z.object({
  userId: Identifier,
  email: z.string().nullable(),
  /** null: no limit. */
  limitPicoUsd: PicoUsd.nullable(),
  /** Whether it is another than that of the tier. */
  isOwn: z.boolean(),
  spentPicoUsd: PicoUsd,
  alert: AlertPercent.nullable(),
})

/** What administrators see of the budgets of this month. */
export const Budgets = z.object({
  month: Day,
  renewsAt: Timestamp,
  installation: z.object({
    /** null: no limit. */
    limitPicoUsd: PicoUsd.nullable(),
    spentPicoUsd: PicoUsd,
    reservedPicoUsd: PicoUsd,
    alerts: z.array(z.object({ percent: AlertPercent, at: Timestamp })),
  }),
  tiers: z.array(z.object({ name: z.string(), limitPicoUsd: PicoUsd.nullable() })),
  /** Those with a budget of their own, and those who have spent half of theirs or more. */
  users: z.array(UserBudget),
})
export type Budgets = z.infer<typeof Budgets>

export const SetInstallationBudgetInput = z.object({
  /** null: no limit. */
  limitPicoUsd: PicoUsd.nullable(),
})
export type SetInstallationBudgetInput = z.infer<typeof SetInstallationBudgetInput>

export const SetUserBudgetInput = z.object({
  /** A user's id or e-mail address. */
  user: z.string().trim().min(1).max(320),
  /** null: no limit; absent: that of the tier again. */
  limitPicoUsd: PicoUsd.nullable().optional(),
})
export type SetUserBudgetInput = z.infer<typeof SetUserBudgetInput>
