import type { RequestHandler, Request } from 'express'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import { runWithTrace } from '../trace.ts'

/** Gives each request its trace, one log line at its end, and its place in the metrics. */
export function traceRequests(options: { logger: Logger; metrics: Metrics }): RequestHandler {
  const { logger, metrics } = options
  return (request, response, next) => {
    runWithTrace(request.get('traceparent'), (trace) => {
      const startedAt = performance.now()
      let firstByteMs: number | undefined
      response.setHeader('x-trace-id', trace.traceId)
      metrics.requestsInFlight.inc()

      // Node calls it by itself, too, where nobody did.
      const { writeHead } = response
      response.writeHead = function (this: typeof response, ...head: Parameters<typeof writeHead>) {
        firstByteMs ??= performance.now() - startedAt
        return writeHead.apply(this, head)
      } as typeof writeHead

      response.once('close', () => {
        const durationMs = performance.now() - startedAt
        const stream = String(response.getHeader('content-type') ?? '').startsWith(
          'text/event-stream',
        )
        const labels = {
          method: request.method,
          route: routeOf(request),
          status_class: `${Math.floor(response.statusCode / 100)}xx`,
        }
        metrics.requestsInFlight.dec()
        metrics.requests.inc({ ...labels, stream: String(stream) })
        if (!stream) metrics.requestDuration.observe(labels, durationMs / 1000)
        if (firstByteMs !== undefined) metrics.timeToFirstByte.observe(labels, firstByteMs / 1000)
        logger[response.statusCode >= 500 ? 'warn' : 'debug'](
          {
            // Named here, since a connection that was cut closes outside of the request's context.
            traceId: trace.traceId,
            ...labels,
            status: response.statusCode,
            durationMs: Math.round(durationMs),
            aborted: !response.writableFinished,
          },
          'request',
        )
      })
      next()
    })
  }
}

/** The route's pattern, never the path itself: ids would make a series each. */
export function routeOf(request: Request): string {
  const path: unknown = (request.route as { path?: unknown } | undefined)?.path
  return typeof path === 'string' ? `${request.baseUrl}${path}` : 'unmatched'
}
