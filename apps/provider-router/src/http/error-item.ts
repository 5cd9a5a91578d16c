import type { OpenAiErrorBody } from '@brainlyx/router-contract'
import { currentTrace, toProblem } from '@brainlyx/service-kit'

/** An error as an item of a stream that has begun; the words of anything but our own errors stay in the log. */
export function errorItem(error: unknown): OpenAiErrorBody {
  const { code, title, detail, status, retryable, retryAfterMs, traceId } = toProblem(
    error,
    currentTrace()?.traceId ?? '',
  )
  return {
    error: {
      message: detail ?? title,
      type:
        status === 429
          ? 'rate_limit_error'
          : status < 500
            ? 'invalid_request_error'
            : 'server_error',
      param: null,
      code,
      retryable,
      retryAfterMs,
      traceId,
    },
  }
}
