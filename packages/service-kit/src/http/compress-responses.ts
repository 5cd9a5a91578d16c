import compression from 'compression'
import express from 'express'
import type { RequestHandler, Response } from 'express'
import zlib from 'node:zlib'

/**
 * Brotli or gzip. A stream gets a compressor with little state, since thousands are open at once (zlib's default
 * takes 256 kB each, these take about 10), and is flushed at each frame by `writeSse`.
 */
export function compressResponses(): RequestHandler {
  const router = express.Router()
  router.use(
    compression({
      filter: (request, response) => !isStream(response) && compression.filter(request, response),
      brotli: { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } },
    }),
  )
  router.use(
    compression({
      filter: (_request, response) => isStream(response),
      threshold: 0,
      windowBits: 11,
      memLevel: 2,
      level: 1,
      brotli: {
        params: {
          [zlib.constants.BROTLI_PARAM_QUALITY]: 1,
          [zlib.constants.BROTLI_PARAM_LGWIN]: 11,
        },
      },
    }),
  )
  return router
}

function isStream(response: Pick<Response, 'getHeader'>): boolean {
  return String(response.getHeader('content-type') ?? '').startsWith('text/event-stream')
}
