import { z } from 'zod'
import { defineJob } from './define-job.ts'

const HOUR_MS = 60 * 60 * 1000

/**
 * Every job there is. Payloads hold ids, never content: Redis keeps them in clear. Each job has a queue of its own, so
 * that a slow kind never holds up another. A job can run twice, also at the same time (BullMQ gives a stalled one to
 * somebody else): its effect must be the same.
 */
export const jobCatalogue = {
  /** Names a chat after its first turn. */
  'chat-title': defineJob({
    payload: z.object({ chatId: z.uuidv7(), userId: z.uuidv7(), turnId: z.uuidv7() }),
    attempts: 4,
    backoffMs: 1_000,
    concurrency: 8,
  }),
  /** Tells that a budget has reached a percentage; once a month each. */
  'budget-alert': defineJob({
    payload: z.object({
      scope: z.enum(['user', 'api-key', 'installation']),
      /** Absent for the installation. */
      userId: z.uuidv7().optional(),
      /** The user's id, or the key's. */
      subject: z.uuid().optional(),
      month: z.string(),
      percent: z.union([z.literal(50), z.literal(80), z.literal(100)]),
    }),
    attempts: 4,
    backoffMs: 1_000,
    concurrency: 4,
  }),
  /** Writes everything of a user into a file. */
  export: defineJob({
    payload: z.object({ requestId: z.uuidv7() }),
    attempts: 4,
    backoffMs: 2_000,
    concurrency: 2,
  }),
  /** Makes chats of an export that a user has sent. */
  import: defineJob({
    payload: z.object({ requestId: z.uuidv7() }),
    attempts: 4,
    backoffMs: 2_000,
    concurrency: 1,
  }),
  /** Deletes all chats of a user. */
  'chats-deletion': defineJob({
    payload: z.object({ requestId: z.uuidv7() }),
    attempts: 10,
    backoffMs: 1_000,
    concurrency: 2,
  }),
  /** Deletes everything of a user, and the user. */
  'account-deletion': defineJob({
    payload: z.object({ requestId: z.uuidv7() }),
    attempts: 10,
    backoffMs: 1_000,
    concurrency: 2,
  }),
  /** Sends a mail; its link is made by the job itself. */
  mail: defineJob({
    payload: z.object({ mailId: z.uuidv7() }),
    attempts: 8,
    backoffMs: 2_000,
    concurrency: 4,
  }),
  /** Makes the monthly partitions of the next six months. */
  'partitions-ahead': defineJob({
    payload: z.object({}),
    attempts: 5,
    backoffMs: 30_000,
    concurrency: 1,
    everyMs: 24 * HOUR_MS,
  }),
  /** Deletes the chats that their tier may not keep any longer, and the months that are empty then. */
  retention: defineJob({
    payload: z.object({}),
    attempts: 3,
    backoffMs: 60_000,
    concurrency: 1,
    everyMs: 24 * HOUR_MS,
  }),
  /** Lays the messages of a chat side by side in a month that is over: one month a run. */
  'pack-month': defineJob({
    payload: z.object({}),
    attempts: 2,
    backoffMs: 60_000,
    concurrency: 1,
    everyMs: 24 * HOUR_MS,
  }),
  /** Forgets what has served its purpose: delivered outbox rows, processes that died without a word. */
  housekeeping: defineJob({
    payload: z.object({}),
    attempts: 3,
    backoffMs: 30_000,
    concurrency: 1,
    everyMs: HOUR_MS,
  }),
}

export type JobCatalogue = typeof jobCatalogue
export type JobName = keyof JobCatalogue
export type JobPayload<Name extends JobName> = z.infer<JobCatalogue[Name]['payload']>

export const jobNames = Object.keys(jobCatalogue) as JobName[]

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobCatalogue, name)
}
