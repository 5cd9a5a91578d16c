import { ServiceError } from './service-error.ts'
import type { FieldError } from './service-error.ts'

/** `application/problem+json` (RFC 9457). */
export interface ProblemBody {
  type: string
  title: string
  status: number
  detail?: string
  code: string
  traceId: string
  retryable: boolean
  retryAfterMs: number | null
  fields?: FieldError[]
  limit?: string
}

/** What leaves for `error`; the words of anything but a {@link ServiceError} stay in the log. */
export function toProblem(error: unknown, traceId: string): ProblemBody {
  const known = error instanceof ServiceError ? error : internalError
  return {
    type: `urn:brainlyx:problem:${known.code}`,
    title: known.title,
    status: known.status,
    ...(known.detail === undefined ? {} : { detail: known.detail }),
    code: known.code,
    traceId,
    retryable: known.retryable,
    retryAfterMs: known.retryAfterMs ?? null,
    ...(known.fields === undefined ? {} : { fields: [...known.fields] }),
    ...(known.limit === undefined ? {} : { limit: known.limit }),
  }
}

const internalError = new ServiceError({
  code: 'internal-error',
  status: 500,
  title: 'Something went wrong on our side.',
  detail: 'Try again; if it stays, give the trace id to whoever runs this installation.',
  retryable: true,
})
