import express from 'express'
import type { Express, Request, RequestHandler } from 'express'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import { ServiceError } from '../service-error.ts'
import { compressResponses } from './compress-responses.ts'
import type { Compressed } from './compress-responses.ts'
import type { ErrorFormat } from './error-format.ts'
import { handleErrors } from './handle-errors.ts'
import type { OnFailure } from './handle-errors.ts'
import { readJson } from './read-json.ts'
import { secureResponses } from './secure-responses.ts'
import { traceRequests } from './trace-requests.ts'

export interface HttpAppOptions {
  logger: Logger
  metrics: Metrics
  /** Registers the routes. */
  configure: (app: Express) => void
  /** As the request's path promises. Default: always `problem`. */
  errorFormat?: (request: Request) => ErrorFormat
  /** Hears of every 5xx, for whoever keeps a record of them. */
  onFailure?: OnFailure
  /** What is parsed into `request.body`; `false` leaves bodies alone, as is one that a route reads by itself. Default: JSON only, 1 MiB. */
  body?: { form?: boolean; limitBytes?: number; isStreamed?: (request: Request) => boolean } | false
  /** Default: everything. */
  compressed?: Compressed
  /** Browsers reach this over https, and shall not try without from now on. */
  https?: boolean
}

/** An Express app with what every service's HTTP shares, around the routes of `configure`. Does no I/O. */
export function createHttpApp(options: HttpAppOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', false)
  app.set('query parser', 'simple')
  app.use(traceRequests(options))
  app.use(secureResponses({ https: options.https === true }))
  app.use(compressResponses(options.compressed))
  if (options.body !== false) {
    const limit = options.body?.limitBytes ?? 1024 * 1024
    const isStreamed = options.body?.isStreamed ?? (() => false)
    const unlessStreamed =
      (read: RequestHandler): RequestHandler =>
      (request, response, next) =>
        isStreamed(request) ? next() : read(request, response, next)
    app.use(unlessStreamed(readJson({ limitBytes: limit })))
    if (options.body?.form === true) {
      app.use(unlessStreamed(express.urlencoded({ limit, extended: false })))
    }
    app.use((request, _response, next) => {
      next(hasUnreadBody(request) && !isStreamed(request) ? unsupportedMediaType : undefined)
    })
  }
  options.configure(app)
  app.use(() => {
    throw new ServiceError({ code: 'not-found', status: 404, title: 'There is nothing here.' })
  })
  app.use(handleErrors(options))
  return app
}

function hasUnreadBody(request: Request): boolean {
  if (request.body !== undefined) return false
  const length = request.headers['content-length']
  return (
    request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
  )
}

const unsupportedMediaType = new ServiceError({
  code: 'unsupported-media-type',
  status: 415,
  title: 'This kind of body is not understood here.',
  detail: 'Send JSON with `content-type: application/json`.',
})
