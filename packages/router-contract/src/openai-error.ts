import { z } from 'zod'

/** Everything under `/v1/*` that is not 2xx, and the last item of a stream that failed. */
export const OpenAiErrorBody = z.object({
  error: z.looseObject({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    /** OpenAI's word where it has one (`context_length_exceeded`), else the same as `problem`. */
    code: z.string().nullable(),
    /** Kebab-case, ours: `rate-limited`, `context-too-long`, `provider-unavailable`, … */
    problem: z.string().optional(),
    /** What the response's status is, or would have been inside a stream that has begun. */
    status: z.int().optional(),
    retryable: z.boolean().optional(),
    retryAfterMs: z.int().nonnegative().nullish(),
    traceId: z.string().optional(),
  }),
})
export type OpenAiErrorBody = z.infer<typeof OpenAiErrorBody>
