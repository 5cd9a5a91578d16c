import { createReadableStreamFromReadable } from '@react-router/node'
import { PassThrough } from 'node:stream'
import { renderToPipeableStream } from 'react-dom/server'
import { ServerRouter } from 'react-router'
import type { EntryContext, HandleErrorFunction, RouterContextProvider } from 'react-router'
import { TraceIdContext } from './errors/trace-id.ts'
import { pageRequest } from './request/page-request.server.ts'

/** Rendering is a matter of milliseconds; nothing here waits for data. */
const RENDER_TIMEOUT_MS = 5_000

export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  entryContext: EntryContext,
  context: RouterContextProvider,
): Promise<Response> {
  const { nonce, traceId, logError } = context.get(pageRequest)
  headers.set('content-type', 'text/html; charset=utf-8')
  return new Promise((resolve, reject) => {
    let failed = false
    const { pipe, abort } = renderToPipeableStream(
      <TraceIdContext value={traceId}>
        <ServerRouter context={entryContext} url={request.url} nonce={nonce} />
      </TraceIdContext>,
      {
        nonce,
        // All data is there before rendering begins, so the shell is the whole page.
        onAllReady() {
          clearTimeout(timeout)
          const body = new PassThrough()
          resolve(
            new Response(createReadableStreamFromReadable(body), {
              status: failed ? 500 : status,
              headers,
            }),
          )
          pipe(body)
        },
        onShellError: reject,
        onError(error) {
          failed = true
          logError(error)
        },
      },
    )
    const timeout = setTimeout(abort, RENDER_TIMEOUT_MS)
  })
}

export const handleError: HandleErrorFunction = (error, { request, context }) => {
  if (!request.signal.aborted) context.get(pageRequest).logError(error)
}
