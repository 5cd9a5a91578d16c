import { ServiceError } from '@brainlyx/service-kit'
import type { RequestHandler } from 'express'
import { createProxyServer } from 'httpxy'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { OWN_HEADERS } from './chat-api-headers.ts'
import type { ChatApiHeaders } from './chat-api-headers.ts'
import { namesTurn, readReplayable } from './replayable-request.ts'

/** Before the second and the third attempt: a replica that leaves is out of the balancer's list by then. */
const RETRY_PAUSES_MS = [50, 400]

/**
 * Passes a request and its answer on, byte by byte as they come, so that streams stay streams. A reader that leaves
 * closes the call behind it; an answer cut behind us is cut for the reader too, never ended as if complete. Where no
 * byte of an answer has come, a request that may be made twice is made again on a fresh connection: a kept one may
 * belong to a replica that is just leaving.
 */
export function forwardToChatApi(options: {
  target: string
  headers: ChatApiHeaders
}): RequestHandler {
  const secure = options.target.startsWith('https:')
  const Agent = secure ? HttpsAgent : HttpAgent
  const kept = new Agent({ keepAlive: true, maxFreeSockets: 256 })
  const fresh = new Agent({ keepAlive: false })
  const proxy = createProxyServer({ target: options.target })
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
      const body = await readReplayable(request)
      // Each attempt listens for the reader's leaving.
      response.setMaxListeners(30)
      for (let attempt = 0; ; attempt++) {
        const agent = attempt === 0 ? kept : fresh
        const buffer = body === undefined ? undefined : Readable.from(body.length > 0 ? [body] : [])
        try {
          await proxy.web(request, response, {
            headers,
            agent,
            ...(buffer === undefined ? {} : { buffer }),
          })
          return
        } catch (error) {
          const pauseMs = RETRY_PAUSES_MS[attempt]
          const untouched = !response.headersSent && !response.destroyed
          if (!untouched || body === undefined || pauseMs === undefined) throw error
          if (!isRefused(error) && body.length > 0 && !namesTurn(body)) throw error
          await sleep(pauseMs)
        }
      }
    } catch (error) {
      if (response.headersSent || response.destroyed) response.destroy()
      else next(unreachable(error))
    }
  }
}

/** Nobody has heard the request. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
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
