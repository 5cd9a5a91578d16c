import { z } from 'zod'
import { Timestamp } from './identifier.ts'
import { UserKind } from './session.ts'

/** `GET /admin/overview`. What could not be counted in time, or at all at the moment, is null. */
export const InstallationOverview = z.object({
  /** When it was counted; it is kept for a minute. */
  countedAt: Timestamp,
  users: z
    .array(z.object({ tier: z.string(), kind: UserKind, count: z.int().nonnegative() }))
    .nullable(),
  /** Users who sent something since midnight, UTC. */
  activeToday: z.int().nonnegative().nullable(),
  /** Pico-dollars of this month, UTC, as far as prices are known. */
  spentThisMonthPicoUsd: z.string().regex(/^\d+$/).nullable(),
  /** Of the last hour. */
  turns: z
    .object({
      waiting: z.int(),
      running: z.int(),
      completed: z.int(),
      stopped: z.int(),
      failed: z.int(),
    })
    .nullable(),
  /** Failures of the last hour, by their code; the most frequent first. */
  failures: z.array(z.object({ code: z.string(), count: z.int().positive() })).nullable(),
  /** What is away at the moment. */
  degraded: z.array(z.string()),
})
export type InstallationOverview = z.infer<typeof InstallationOverview>
