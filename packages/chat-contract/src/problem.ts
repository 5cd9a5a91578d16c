import { z } from 'zod'

/** `application/problem+json` (RFC 9457) with what a client needs to decide whether to try again. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  /** Kebab-case and stable. */
  code: z.string(),
  traceId: z.string(),
  retryable: z.boolean(),
  retryAfterMs: z.int().nonnegative().nullable(),
  /** Which fields were wrong, for a form. */
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** Which limit was reached; `GET /me/limits` tells of each by this name. */
  limit: z.string().optional(),
})
export type Problem = z.infer<typeof Problem>
