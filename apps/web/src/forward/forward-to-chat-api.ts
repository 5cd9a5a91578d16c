import { ServiceError } from '@brainlyx/service-kit'
import type { RequestHandler } from 'express'
import { createProxyServer } from 'httpxy'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { OWN_HEADERS } from './chat-api-headers.ts'
import type { ChatApiHeaders } from './chat-api-headers.ts'

/**
 * Passes a request and its answer on, byte by byte as they come, so that streams stay streams. A reader that leaves
 * closes the call behind it; an answer cut behind us is cut for the reader too, never ended as if complete.
 */
export function forwardToChatApi(options: {
  target: string
  headers: ChatApiHeaders
}): RequestHandler {
  const secure = options.target.startsWith('https:')
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxFreeSockets: 256 })
  const proxy = createProxyServer({ target: options.target, agent })
  return async (request, response, next) => {
    try {
      const headers = await options.headers(request)
      for (const name of OWN_HEADERS) delete request.headers[name]
      const acceptEncoding = request.headers['accept-encoding']
      if (acceptEncoding !== undefined) headers['accept-encoding'] = acceptEncoding
      // chat-api compresses; compressing again here would only hold frames back.
      delete request.headers['accept-encoding']
      // Express cut the mount path off.
      request.url = request.originalUrl
      await proxy.web(request, response, { headers })
    } catch (error) {
      if (response.headersSent || response.destroyed) response.destroy()
      else next(unreachable(error))
    }
  }
}

function unreachable(cause: unknown): ServiceError {
  return new ServiceError({
    code: 'chat-api-unreachable',
    status: 503,
    title: 'The chat service is not reachable.',
    detail: 'Try again in a moment.',
    retryable: true,
    retryAfterMs: 1_000,
    cause,
  })
}
