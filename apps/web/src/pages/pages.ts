import type { RequestHandler } from 'express'
import type { PageHandlerOptions } from '../../app/page-server.ts'

/** Where pages and their files come from: the build, or Vite while developing. */
export interface Pages {
  /** Serves the browser's files; goes on with `next` where there is none. */
  readonly assets: RequestHandler
  readonly render: (options: PageHandlerOptions) => RequestHandler
  /** While developing, Vite adds styles and a socket that the strict policy would refuse. */
  readonly development: boolean
}
