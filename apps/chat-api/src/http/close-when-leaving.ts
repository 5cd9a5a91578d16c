import type { RequestHandler } from 'express'

/**
 * A connection that was busy when the server began to close would be kept alive for five more seconds after its
 * answer, and the shutdown with it.
 */
export function closeWhenLeaving(leaving: AbortSignal): RequestHandler {
  return (request, response, next) => {
    response.once('finish', () => {
      if (leaving.aborted) request.socket.end()
    })
    next()
  }
}
