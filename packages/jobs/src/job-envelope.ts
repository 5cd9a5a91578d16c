import { z } from 'zod'

/** What a job looks like in Redis: its payload, and the trace of the request that it goes back to. */
export const JobEnvelope = z.object({
  payload: z.unknown(),
  traceparent: z.string().optional(),
})
export type JobEnvelope = z.infer<typeof JobEnvelope>
