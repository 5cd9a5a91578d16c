import type { ErrorRequestHandler, Request, Response } from 'express'
import type { Logger } from '../logger.ts'
import { anthropicError } from '../anthropic-error.ts'
import { openAiError } from '../openai-error.ts'
import { toProblem } from '../problem.ts'
import type { ProblemBody } from '../problem.ts'
import { ServiceError } from '../service-error.ts'
import { currentTrace } from '../trace.ts'
import type { ErrorFormat } from './error-format.ts'
import { routeOf } from './trace-requests.ts'

/** Hears of what leaves as a 5xx, or broke off an answer. @param route method and pattern */
export type OnFailure = (failure: {
  readonly problem: ProblemBody
  readonly route: string
  readonly response: Response
}) => void

/** The one way out for errors: a problem, or the shape that another API promises, with a trace id and without a stack. */
export function handleErrors(options: {
  logger: Logger
  errorFormat?: (request: Request) => ErrorFormat
  onFailure?: OnFailure | undefined
}): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, request, response, _next) => {
    const error = asServiceError(thrown)
    const status = error instanceof ServiceError ? error.status : 500
    if (status >= 500) options.logger.error({ err: thrown, path: request.path }, 'request failed')
    const problem = toProblem(error, currentTrace()?.traceId ?? '')
    if (status >= 500) {
      options.onFailure?.({ problem, route: `${request.method} ${routeOf(request)}`, response })
    }
    if (response.headersSent) {
      response.destroy()
      return
    }
    response.removeHeader('content-encoding')
    if (problem.retryAfterMs !== null) {
      response.setHeader('retry-after', String(Math.max(1, Math.ceil(problem.retryAfterMs / 1000))))
    }
    const format = options.errorFormat?.(request) ?? 'problem'
    response.status(problem.status)
    if (format === 'problem') {
      response.type('application/problem+json').send(JSON.stringify(problem))
    } else {
      const error = openAiError(problem)
      response.json(format === 'openai' ? error : anthropicError(error))
    }
  }
}

/** What Express's own parsers throw, by their documented `type` and `status`. */
function asServiceError(thrown: unknown): unknown {
  if (thrown instanceof ServiceError || !(thrown instanceof Error)) return thrown
  const { status, type } = thrown as Error & { status?: unknown; type?: unknown }
  if (type === 'entity.too.large') {
    return new ServiceError({
      code: 'body-too-large',
      status: 413,
      title: 'The body is too large.',
    })
  }
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') {
    return new ServiceError({
      code: 'unsupported-media-type',
      status: 415,
      title: 'This encoding of the body is not understood here.',
    })
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new ServiceError({
      code: typeof type === 'string' ? 'malformed-body' : 'malformed-request',
      status: 400,
      title: 'The request cannot be read.',
    })
  }
  return thrown
}
