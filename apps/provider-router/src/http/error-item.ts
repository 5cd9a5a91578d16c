import type { OpenAiErrorBody } from '@brainlyx/router-contract'
import { currentTrace, openAiError, toProblem } from '@brainlyx/service-kit'

/** An error as an item of a stream that has begun; the words of anything but our own errors stay in the log. */
export function errorItem(error: unknown): OpenAiErrorBody {
  return openAiError(toProblem(error, currentTrace()?.traceId ?? ''))
}
