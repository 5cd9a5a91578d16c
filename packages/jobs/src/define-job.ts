import type { z } from 'zod'

export interface JobDefinition<Payload extends z.ZodObject> {
  readonly payload: Payload
  /** How often it is tried, the first time included. */
  readonly attempts: number
  /** Before the second attempt; doubles from then on, with half of it at random. */
  readonly backoffMs: number
  /** How many run at once in one process. */
  readonly concurrency: number
  /** Runs by itself this often in the whole installation. */
  readonly everyMs?: number
}

export function defineJob<Payload extends z.ZodObject>(
  definition: JobDefinition<Payload>,
): JobDefinition<Payload> {
  return definition
}
