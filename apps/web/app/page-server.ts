import { MESSAGE_LENGTH_LIMIT } from '@brainlyx/chat-contract'
import { createRequestHandler } from '@react-router/express'
import type { RequestHandler } from 'express'
import type { IncomingMessage } from 'node:http'
import { RouterContextProvider } from 'react-router'
import type { ServerBuild } from 'react-router'
import * as build from 'virtual:react-router/server-build'
import { ChatApi } from './api/chat-api.server.ts'
import { pageRequest } from './request/page-request.server.ts'

export interface PageHandlerOptions {
  chatApiUrl: string
  publicOrigin: string
  /** Headers for a call to chat-api on behalf of `request`: service token, address, trace. */
  chatApiHeaders: (request: IncomingMessage) => Promise<Record<string, string>>
  logError: (error: unknown, path: string) => void
}

/** Turns a request into a page. The server's entry of the Vite build, so that it shares the routes' modules. */
export function createPageHandler(options: PageHandlerOptions): RequestHandler {
  const serverBuild: ServerBuild = {
    ...build,
    // The proxy in front may speak https where we hear http; anything foreign was refused before us.
    allowedActionOrigins: [new URL(options.publicOrigin).host],
  }
  return createRequestHandler({
    build: serverBuild,
    mode: import.meta.env.MODE,
    getLoadContext: async (request, response) => {
      const context = new RouterContextProvider()
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      context.set(pageRequest, {
        nonce: String(response.locals['nonce'] ?? ''),
        traceId: String(response.getHeader('x-trace-id') ?? ''),
        publicOrigin: options.publicOrigin,
        messageLengthLimit: MESSAGE_LENGTH_LIMIT,
        logError: (error) => options.logError(error, request.path),
        chatApi: new ChatApi({
          baseUrl: options.chatApiUrl,
          cookie: request.headers.cookie,
          headers: await options.chatApiHeaders(request),
          signal: gone.signal,
        }),
      })
      return context
    },
  })
}
